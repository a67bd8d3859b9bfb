using System.Diagnostics;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>The span of a run.</summary>
public sealed class RunSpanTests
{
    private readonly RunnerHarness _runner = new();

    [Fact]
    public async Task RunAsync_WhenTraced_HasASpanThatSaysWhatTheOutcomeDoes()
    {
        using var listener = Listen();
        var plan = Plans.Check(
            "traced-fail", group: "orders", labels: new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" },
            make: _ => ScriptedCheck.Of(_runner.Clock, "F"));

        var report = await _runner.Runner().RunAsync(new CheckInstance(plan)).Ends();

        var span = report.Span.ShouldNotBeNull();
        span.OperationName.ShouldBe("health_check traced-fail");
        span.Kind.ShouldBe(ActivityKind.Internal);
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.StatusDescription.ShouldBe("as scripted");
        span.Parent.ShouldBeNull();
        span.GetTagItem("health_check.name").ShouldBe("traced-fail");
        span.GetTagItem("health_check.kind").ShouldBe("scripted");
        span.GetTagItem("health_check.tier").ShouldBe("dependency");
        span.GetTagItem("health_check.group").ShouldBe("orders");
        span.GetTagItem("team").ShouldBe("payments");
        span.GetTagItem("health_check.outcome").ShouldBe("fail");
        span.GetTagItem("error.type").ShouldBe("expectation");
        report.Record.TraceId.ShouldBe(span.TraceId);
        span.IsStopped.ShouldBeFalse("what follows from the run still belongs to it");
        span.Dispose();
    }

    [Fact]
    public async Task RunAsync_WhenTraced_IsTheParentOfWhatTheCheckDoes()
    {
        using var listener = Listen();
        Activity? inside = null;
        var plan = Plans.Check("traced-pass", make: _ => new SeeingCheck(_ => inside = Activity.Current));

        var report = await _runner.Runner().RunAsync(new CheckInstance(plan)).Ends();

        inside.ShouldNotBeNull().ShouldBeSameAs(report.Span);
        inside.Status.ShouldNotBe(ActivityStatusCode.Error);
        inside.GetTagItem("error.type").ShouldBeNull();
        inside.Dispose();
    }

    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Names.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
