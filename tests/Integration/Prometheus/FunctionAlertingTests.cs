using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Prometheus;

/// <summary>Incidents of functions end to end: agent, Prometheus and Alertmanager, with the files of <c>deploy/prometheus</c>.</summary>
public sealed class FunctionAlertingTests : IDisposable
{
    // Longer than any alert takes here: seven minutes as deployed.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(22);

    private readonly TcpListener _database = new(IPAddress.Loopback, 0);

    public FunctionAlertingTests() => _database.Start();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Function_ThatFailsAlone_IsOnePageThatNamesTheStepAlthoughItOnlyDegrades()
    {
        _ = (TestEnvironment.Prometheus, TestEnvironment.Alertmanager);
        await using var agent = await TestAgent.StartAsync(Checks("""
              - name: checkout
                kind: scenario
                group: orders
                steps:
                  - { name: accepted, kind: tcp, address: "DATABASE" }
                  - { name: stored, kind: tcp, address: "127.0.0.1:1" }
            """));
        await using var alertmanager = await AlertmanagerServer.StartAsync();
        await using var prometheus = PrometheusServer.AsDeployed(agent, alertmanager);

        var messages = await Eventually.TrueAsync(() => alertmanager.Messages, all => all.Count > 0, "the alert on the function arrives");

        messages[0].Receiver.ShouldBe("page");
        var alert = messages[0].Alerts.ShouldHaveSingleItem();
        (alert.Labels["alertname"], alert.Labels["health_check_name"]).ShouldBe(("HealthCheckFunctionFailing", "checkout"));
        alert.Labels["health_check_impact"].ShouldBe("degrading");
        alert.Annotations["description"].ShouldMatch("^Functional check checkout \\(kind scenario, group orders\\) has been "
            + "unhealthy since 2.* UTC on agent .*, while no critical dependency of its group is unhealthy\\. "
            + "The latest run failed with error_type connection_refused\\. Step stored failed\\.$");
        alert.Annotations["runbook_url"].ShouldEndWith("/docs/runbooks/HealthCheckFunctionFailing.md");
        await Task.Delay(LongEnough, TimeProvider.System, TestContext.Current.CancellationToken);
        alertmanager.Messages.Count.ShouldBe(1, string.Join('\n', alertmanager.Messages));
    }

    /// <summary>Whoever acknowledges the page for the dependency is not paged for what fails below it.</summary>
    [Fact]
    public async Task Function_BelowADependencyThatIsAcknowledged_DoesNotPage()
    {
        _ = (TestEnvironment.Prometheus, TestEnvironment.Alertmanager);
        await using var agent = await TestAgent.StartAsync(Checks("""
              - name: checkout
                kind: scenario
                group: orders
                steps: [{ name: stored, kind: tcp, address: "DATABASE" }]
            """));
        await agent.UntilAsync("checkout", "healthy");
        await using var alertmanager = await AlertmanagerServer.StartAsync();
        await using var prometheus = PrometheusServer.AsDeployed(agent, alertmanager);
        await prometheus.UntilAnyAsync("count(health_check:alertable) == 2");

        _database.Stop();
        await agent.UntilAsync("checkout", "unhealthy");
        await Eventually.TrueAsync(() => alertmanager.Messages, all => all.Count > 0, "the alert on the dependency arrives");
        using var reason = new StringContent("""{"reason":"failing over"}""", Encoding.UTF8, "application/json");
        using var answer = await agent.Client.PostAsync(
            new Uri("/health/checks/orders-db/acknowledge", UriKind.Relative), reason, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Task.Delay(LongEnough, TimeProvider.System, TestContext.Current.CancellationToken);

        alertmanager.Messages.SelectMany(message => message.Alerts).Select(alert => alert.Labels["health_check_name"])
            .Distinct(StringComparer.Ordinal).ShouldBe(["orders-db"], string.Join('\n', alertmanager.Messages));
        (await prometheus.QueryAsync("health_check_acknowledged == 1")).Count.ShouldBe(1);
        prometheus.Output.ShouldBeEmpty();
    }

    private string Checks(string function) => string.Create(CultureInfo.InvariantCulture, $$"""
              - name: orders-db
                kind: tcp
                group: orders
                address: DATABASE
            {{function}}
            """).Replace("DATABASE", _database.LocalEndpoint.ToString(), StringComparison.Ordinal);
}
