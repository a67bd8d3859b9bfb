using System.Diagnostics;
using HealthAgent.Instruments;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Instruments;

public sealed class EventsTests
{
    private static readonly CheckPlan Check = Plans.Check(
        "db", group: "orders", labels: new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" });

    [Theory]
    [InlineData("P", LogLevel.Information, "unknown", "healthy", null, "db is healthy, was unknown for 5s")]
    [InlineData("WWW", LogLevel.Warning, "unknown", "degraded", null, "db is degraded, was unknown for 5s: the reason of a warn")]
    [InlineData("FFF", LogLevel.Error, "unknown", "unhealthy", "timeout", "db is unhealthy, was unknown for 5s: the reason of a fail")]
    public async Task StateChanged_ByTheNewState_HasItsSeverityAndAttributes(
        string outcomes, LogLevel level, string from, string to, string? errorType, string message)
    {
        await using var agent = await AgentServer.StartAsync(Check);
        agent.Clock.Advance(TimeSpan.FromSeconds(5));

        agent.Record("db", outcomes);

        var record = Changes(agent).ShouldHaveSingleItem();
        record.Category.ShouldBe("HealthAgent");
        record.Level.ShouldBe(level);
        record.Message.ShouldBe(message);
        record.Exception.ShouldBeNull();
        var attributes = record.Attributes.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        attributes["health_check.name"].ShouldBe("db");
        attributes["health_check.kind"].ShouldBe("scripted");
        attributes["health_check.tier"].ShouldBe("dependency");
        attributes["health_check.group"].ShouldBe("orders");
        attributes["team"].ShouldBe("payments");
        attributes["health_check.state"].ShouldBe(to);
        attributes["health_check.previous_state"].ShouldBe(from);
        attributes["health_check.previous_state.duration"].ShouldBe(5d);
        attributes.GetValueOrDefault("error.type").ShouldBe(errorType);
    }

    [Fact]
    public async Task StateChanged_OfManyRuns_IsOneForEachTransition()
    {
        await using var agent = await AgentServer.StartAsync(Check);

        agent.Record("db", "PPFFFFFPPWWWW");

        Changes(agent).Select(record => record.Message.Split(',')[0])
            .ShouldBe(["db is healthy", "db is unhealthy", "db is healthy", "db is degraded"]);
        agent.Store.Current.Checks[0].Transitions.ShouldBe(4);
    }

    [Fact]
    public async Task StateChanged_OfATracedRun_CarriesItsTrace()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Names.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var clock = new LoopClock();
        var check = ScriptedCheck.Of(clock, "P");
        var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var telemetry = new RunTelemetry(new AgentEvents(loggers));
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check("traced-event", make: _ => check)), clock, telemetry);

        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => log.Records.Count > 0, "it is reported");

        var record = log.Records.ShouldHaveSingleItem();
        record.TraceId.ShouldNotBeNull();
        record.TraceId.ShouldBe(harness.Store.Current.Checks[0].Last!.TraceId);
    }

    [Fact]
    public void OnRecorded_AfterARun_LeavesNoActivityBehind()
    {
        using var loggers = LoggerFactory.Create(_ => { });
        var telemetry = new RunTelemetry(new AgentEvents(loggers));
        using var span = new Activity("run").Start();

        telemetry.OnRecorded(Check.InStatus(CheckStatus.Healthy), new CompletedRun(0, Plans.Outcome('P'), span), transition: null);

        Activity.Current.ShouldBeNull();
    }

    [Fact]
    public void StartedAndStopping_HaveTheirNames()
    {
        var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var events = new AgentEvents(loggers);

        events.Started("1.2.3", 7);
        events.Stopping(TimeSpan.Zero);
        events.Stopping(TimeSpan.FromSeconds(5));

        log.Records.Select(record => (record.Id.Name, record.Level, record.Message)).ShouldBe(
            [
                ("health_agent.started", LogLevel.Information, "health-agent 1.2.3 started with 7 checks"),
                ("health_agent.stopping", LogLevel.Information, "health-agent is stopping"),
                ("health_agent.stopping", LogLevel.Information, "health-agent is stopping: /readyz answers 503 for 5s first"),
            ]);
    }

    private static List<CapturedRecord> Changes(AgentServer agent) =>
        [.. agent.Log.Records.Where(record => record.Id.Name == "health_check.state_changed")];
}
