using System.Globalization;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Prometheus;

/// <summary>Alerts end to end: real Postgres, agent, Prometheus and Alertmanager, with the files of <c>deploy/prometheus</c>.</summary>
public sealed class AlertingTests
{
    private const string Password = "correct-horse";

    // Longer than any alert takes here, such as a stale check.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(22);

    private readonly int _port = Containers.FreePort();

    [Fact]
    public async Task Dependency_ThatStopsAndStarts_IsOneAlertThatNamesItAndResolves()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _ = (TestEnvironment.Prometheus, TestEnvironment.Alertmanager);
        await using var postgres = Containers.Postgres(_port, Password);
        await postgres.StartAsync(cancellation);
        await using var agent = await TestAgent.StartAsync(Checks());
        await Task.WhenAll(new[] { "orders-db", "orders-api", "orders-page", "orders-archive", "orders-checkout" }.Select(
            check => agent.UntilAsync(check, "healthy")));
        await using var alertmanager = await AlertmanagerServer.StartAsync();
        await using var prometheus = PrometheusServer.AsDeployed(agent, alertmanager);
        await prometheus.UntilAnyAsync("count(health_check:alertable) == 4");

        await postgres.StopAsync(cancellation);
        await agent.UntilAsync("orders-archive", "unhealthy");
        var messages = await Eventually.TrueAsync(() => alertmanager.Messages, all => all.Count > 0, "a message came");

        messages[0].Receiver.ShouldBe("page");
        messages[0].Status.ShouldBe("firing");
        var alert = messages[0].Alerts.ShouldHaveSingleItem();
        alert.Labels["alertname"].ShouldBe("HealthCheckUnhealthy");
        alert.Labels["severity"].ShouldBe("critical");
        alert.Labels["health_check_name"].ShouldBe("orders-db");
        alert.Labels["health_check_group"].ShouldBe("orders");
        alert.Labels["team"].ShouldBe("payments");
        alert.Annotations["summary"].ShouldBe("Check orders-db is unhealthy");
        alert.Annotations["description"].ShouldMatch("^Check orders-db \\(kind postgres, group orders\\) has been unhealthy since 2.* "
            + "UTC on agent .*; its impact is critical\\. "
            + "The latest run failed with error_type (connection_refused|connection_reset|connection_failed|timeout)\\.$");
        alert.Annotations["runbook_url"].ShouldEndWith("/docs/runbooks/HealthCheckUnhealthy.md");

        await Task.Delay(LongEnough, TimeProvider.System, cancellation);
        alertmanager.Messages.Count.ShouldBe(1, string.Join('\n', alertmanager.Messages));

        await postgres.StartAsync(cancellation);
        await agent.UntilAsync("orders-page", "healthy");
        messages = await Eventually.TrueAsync(() => alertmanager.Messages, all => all.Count > 1, "a second message came");
        messages[1].Status.ShouldBe("resolved", string.Join('\n', messages));
        messages[1].Alerts.ShouldHaveSingleItem().Labels.ShouldBe(alert.Labels, ignoreOrder: true);

        var told = await prometheus.QueryAsync("count_over_time(ALERTS{alertstate=\"firing\"}[10m])");
        told.ShouldHaveSingleItem().GetProperty("metric").GetProperty("health_check_name").GetString().ShouldBe("orders-db");
        alertmanager.Messages.Count.ShouldBe(2, string.Join('\n', alertmanager.Messages));
        (await prometheus.RulesAsync()).ShouldAllBe(rule => rule.GetProperty("health").GetString() != "err");
        prometheus.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Agent_ThatIsGone_IsToldInsteadOfAFalseAllClear()
    {
        _ = TestEnvironment.Prometheus;
        await using var alertmanager = await AlertmanagerServer.StartAsync();
        var agent = await TestAgent.StartAsync("""
              - name: nobody
                kind: tcp
                address: 127.0.0.1:1
            """);
        await using var prometheus = PrometheusServer.AsDeployed(agent, alertmanager);
        await Eventually.TrueAsync(() => alertmanager.Messages, all => all.Count == 1, "the alert on the check arrives");

        await agent.DisposeAsync();
        await Eventually.TrueAsync(() => alertmanager.Messages, all => all.Count == 2, "the alert on the agent arrives");
        await Task.Delay(LongEnough, TimeProvider.System, TestContext.Current.CancellationToken);

        (await prometheus.QueryAsync("ALERTS{alertname=\"HealthCheckUnhealthy\"}")).ShouldBeEmpty("the alert ended with its series");
        alertmanager.Messages.Select(message => $"{message.Status} {message.Alerts.Single().Labels["alertname"]}")
            .ShouldBe(["firing HealthCheckUnhealthy", "firing HealthAgentDown"]);
    }

    // The checkout is a function that fails with the database: its group alone says so. The archive is another check of the same
    // database, in maintenance and without dependencies that would suppress it.
    private string Checks()
    {
        var now = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var server = string.Create(
            CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=agent;Password={Password};Database=agent");
        return $$"""
              - name: orders-db
                kind: postgres
                group: orders
                labels: { team: payments }
                objective: 99.9%
                connectionString: {{server}}
              - name: orders-api
                kind: postgres
                group: orders
                objective: 99.9%
                connectionString: {{server}}
                dependsOn: [orders-db]
              - name: orders-page
                kind: tcp
                address: 127.0.0.1:{{_port}}
                dependsOn: [orders-api]
              - name: orders-checkout
                kind: postgres
                tier: functional
                impact: critical
                group: orders
                connectionString: {{server}}
              - name: orders-archive
                kind: postgres
                group: orders
                connectionString: {{server}}
            maintenance:
              - { name: move, checks: [orders-archive], start: {{now}}, duration: 1h }
            """;
    }
}
