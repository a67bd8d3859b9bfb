using System.Diagnostics;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>The spans of runs, and of the steps of scenarios below them.</summary>
internal static class RunSpan
{
    private static readonly ActivitySource Source = new(Names.Source);

    /// <summary>Starts the span of a run; null when runs are not traced.</summary>
    public static Activity? Start(CheckPlan plan)
    {
        var span = Source.StartActivity(
            ActivityKind.Internal, parentContext: default, tags: plan.Attributes, name: $"health_check {plan.Name}");
        span?.SetCustomProperty(nameof(CheckPlan), plan);
        return span;
    }

    /// <summary>Starts the span of a step, below that of the run; null when runs are not traced.</summary>
    public static Activity? StartStep(string step) => Source.StartActivity(
        ActivityKind.Internal, tags: [new(Names.Attributes.Step, step)], name: $"{Names.Attributes.Step} {step}");

    /// <summary>The spans of the run that a step belongs to must not show what its plan now knows as secret.</summary>
    public static void Redact(Activity? step, CheckPlan plan)
    {
        if (step?.Parent is { } run && run.GetCustomProperty(nameof(CheckPlan)) is CheckPlan scenario)
        {
            run.SetCustomProperty(nameof(CheckPlan), scenario with { Redactor = plan.Redactor });
        }
    }

    /// <summary>Notes how a run or a step ended.</summary>
    public static void Finish(Activity? span, string outcome, ErrorType? error, string? reason)
    {
        span?.SetTag(Names.Attributes.SyntheticType, "test");
        span?.SetTag(Names.Attributes.Outcome, outcome);
        if (reason is not null)
        {
            span?.SetTag(Names.Attributes.Reason, reason);
        }

        if (error is { } type)
        {
            span?.SetTag(Names.Attributes.ErrorType, type.Name());
            span?.SetStatus(ActivityStatusCode.Error, reason);
        }
    }
}
