using HealthAgent.Planning;
using HealthAgent.Publishers;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Publishers;

public sealed class HealthReportsTests
{
    [Theory]
    [InlineData("", Impact.Critical, HealthStatus.Unhealthy, "no verdict yet", "unknown")]
    [InlineData("F", Impact.Critical, HealthStatus.Unhealthy, "no verdict yet: the reason of a fail", "unknown")]
    [InlineData("P", Impact.Critical, HealthStatus.Healthy, null, "healthy")]
    [InlineData("WWW", Impact.Critical, HealthStatus.Degraded, "the reason of a warn", "degraded")]
    [InlineData("FFF", Impact.Critical, HealthStatus.Unhealthy, "the reason of a fail", "unhealthy")]
    [InlineData("FFF", Impact.Degrading, HealthStatus.Degraded, "the reason of a fail", "unhealthy")]
    [InlineData("", Impact.Degrading, HealthStatus.Degraded, "no verdict yet", "unknown")]
    [InlineData("FFF", Impact.None, HealthStatus.Healthy, "the reason of a fail", "unhealthy")]
    public async Task Entry_OfACheck_IsWhatItAddsToTheWhole(
        string outcomes, Impact impact, HealthStatus status, string? description, string state)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db", impact: impact));
        agent.Record("db", outcomes);

        var report = HealthReports.Of(agent.Store.Current, null);

        var entry = report.Entries["db"];
        entry.Status.ShouldBe(status);
        entry.Description.ShouldBe(description);
        entry.Exception.ShouldBeNull();
        entry.Data["health_check.state"].ShouldBe(state);
        report.Status.ShouldBe(status);
        Worst(agent.Store.Current.FindRollUp("full")!.Status).ShouldBe(status);
    }

    [Fact]
    public async Task Entry_OfARun_HasItsDurationEvidenceAndTags()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"), Plans.Check("slow"));
        agent.Record("db", Plans.Outcome(
            Result.Fail, ErrorType.Tls, duration: TimeSpan.FromSeconds(2), evidence: [new("value", 81), new("text", "x")]));
        agent.Record("slow", Plans.Outcome(Result.Pass, duration: TimeSpan.FromSeconds(3)));

        var report = HealthReports.Of(agent.Store.Current, null);

        var entry = report.Entries["DB"];
        entry.Duration.ShouldBe(TimeSpan.FromSeconds(2));
        entry.Tags.ShouldBe(["dependency"]);
        entry.Data.ShouldBe(
            new Dictionary<string,
                object>(StringComparer.Ordinal) { ["value"] = 81, ["text"] = "x", ["health_check.state"] = "unknown",
                ["error.type"] = "tls" }, ignoreOrder: true);
        report.TotalDuration.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Entry_OfAChildOfSomethingUnhealthy_SaysWhy()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"), Plans.Check("api", dependsOn: "db"));
        agent.Record("db", "FFF");

        var entry = HealthReports.Of(agent.Store.Current, null).Entries["api"];

        entry.Status.ShouldBe(HealthStatus.Unhealthy);
        entry.Description.ShouldBe("not run, because db is unhealthy");
    }

    [Fact]
    public async Task Entry_OfACheckThatRunsNoMore_SaysSo()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db", interval: TimeSpan.FromSeconds(1)));
        agent.Record("db", "P");
        agent.Clock.Advance(TimeSpan.FromSeconds(4));
        agent.Store.Refresh();

        var entry = HealthReports.Of(agent.Store.Current, null).Entries["db"];

        entry.Status.ShouldBe(HealthStatus.Unhealthy);
        entry.Description.ShouldBe("no run has ended for 3 intervals");
        entry.Data["health_check.state"].ShouldBe("unknown");
    }

    [Fact]
    public async Task Entry_OfACheckInMaintenance_IsHealthyAndNamesTheWindow()
    {
        var window = new MaintenanceWindow(
            "move", System.Collections.Frozen.FrozenSet.Create(
                StringComparer.Ordinal,
                "db"), System.Collections.Frozen.FrozenSet<string>.Empty, Cron: null, Plans.Start, TimeSpan.FromHours(1), TimeZoneInfo.Utc);
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent(Plans.Check("db")) with { Concurrency = 0, Maintenance = [window] });
        agent.Clock.Advance(TimeSpan.FromSeconds(1));
        agent.Store.Refresh();
        agent.Record("db", "FFF");

        var report = HealthReports.Of(agent.Store.Current, null);

        report.Status.ShouldBe(HealthStatus.Healthy);
        report.Entries["db"].Data["health_check.state"].ShouldBe("unhealthy");
        report.Entries["db"].Data["health_check.maintenance"].ShouldBe("move");
    }

    [Fact]
    public async Task Predicate_OfARegistration_SeesItAsItWasMadeAndSelects()
    {
        var registered = new HealthCheckRegistration("SQL Server", _ => throw new NotSupportedException(), null, ["ready"]);
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent(Plans.Check("db")) with { Concurrency = 0 },
            services => services.AddHealthChecks().Add(registered));
        agent.Record("db", "FFF");
        agent.Record("sql-server", "P");

        var report = HealthReports.Of(
            agent.Store.Current, registration => registration.Tags.Contains("ready") && registration.Name == "SQL Server");

        report.Entries.Keys.ShouldBe(["SQL Server"]);
        report.Entries["sql server"].Tags.ShouldBe(["ready"]);
        report.Status.ShouldBe(HealthStatus.Healthy);
    }

    [Theory]
    [InlineData("", "P", false)]
    [InlineData("P", "P", true)]
    [InlineData("FFF", "", true)]
    public async Task Snapshot_WithAFirstVerdictOrACauseForEach_IsSettled(string db, string api, bool settled)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"), Plans.Check("api", dependsOn: "db"));
        agent.Record("db", db);
        agent.Record("api", api);
        HealthReports.IsSettled(agent.Store.Current).ShouldBe(settled);
    }

    private static HealthStatus Worst(CheckStatus status) => status switch
    {
        CheckStatus.Healthy => HealthStatus.Healthy,
        CheckStatus.Degraded => HealthStatus.Degraded,
        _ => HealthStatus.Unhealthy,
    };
}
