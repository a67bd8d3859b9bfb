using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Scenarios.ScriptedScenario;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Steps that hang or ignore their deadline, on a clock of the test.</summary>
public sealed class ScenarioRunTests
{
    private readonly ScriptedScenario _scenario = new();

    [Fact]
    public async Task Run_WhoseLastStepIgnoresItsDeadline_StillNamesIt()
    {
        var gate = new TaskCompletionSource();
        var running = _scenario.Run(Steps(async (_, _) => await gate.Task), [], seconds: 4);
        await _scenario.Started("step0");

        _scenario.Clock.Advance(TimeSpan.FromSeconds(4));
        _scenario.Clock.Advance(CheckAttempt.Grace);
        var record = (await running.Ends()).Record;

        record.Reason.ShouldBe("step 'step0' failed: no answer within 4s; the check did not respond to cancellation");
        record.Verdict.Steps.ShouldHaveSingleItem();
        gate.SetResult();
    }

    [Fact]
    public async Task Run_WhenTraced_HasASpanPerStepBelowItsOwn()
    {
        var spans = new List<Activity>();
        var inside = new List<Activity?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Names.Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (spans) { spans.Add(span); } },
        };
        ActivitySource.AddActivityListener(listener);

        var run = await _scenario.Run(
            Steps(
                (_, _) =>
                {
                    inside.Add(Activity.Current);
                    return Task.CompletedTask;
                },
                (_, _) => throw new CheckFailedException(ErrorType.Dns, "gone")),
            [], seconds: 4).Ends();
        run.Span.ShouldNotBeNull().Dispose();

        var steps = spans.Where(span => span.Parent == run.Span).ToList();
        steps.Select(span => span.DisplayName).ShouldBe(["health_check.step step0", "health_check.step step1"]);
        inside.ShouldBe([steps[0]]);
        steps[0].Status.ShouldBe(ActivityStatusCode.Unset);
        steps[1].Status.ShouldBe(ActivityStatusCode.Error);
        steps[1].GetTagItem("error.type").ShouldBe("dns");
        steps[1].GetTagItem("health_check.step").ShouldBe("step1");
        run.Record.ErrorType.ShouldBe(ErrorType.Dns);
    }
}
