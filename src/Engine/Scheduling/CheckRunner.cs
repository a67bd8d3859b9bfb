using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>A finished run: its span, still open, and the task that hangs on if it had to be abandoned.</summary>
internal sealed record RunReport(ScheduledCheck Scheduled, Outcome Outcome, Activity? Span, Task? Abandoned)
{
    /// <summary>The run by the position that its check has now, which may be another than when it started.</summary>
    public CompletedRun Completed => new(Scheduled.Position, Outcome, Span);
}

/// <summary>
/// Runs a check once: deadline, tries, span. The only place that catches what checks throw. It never throws itself,
/// and returns soon after the deadline even when the check does not.
/// </summary>
internal sealed class CheckRunner(IServiceProvider services, AgentClock moments, BodyMemory memory, TimeProvider clock)
{
    // A check that honours its token tells more than one that is abandoned, so it gets a moment to do so.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(100);
    private static readonly ActivitySource Source = new(Names.Source);

    /// <summary>The memory of all bodies that runs hold.</summary>
    public BodyMemory Memory => memory;

    /// <summary>
    /// Runs the check, or, while an earlier run still hangs, says so instead. The run's span has its end set but is left
    /// open for what follows from the run.
    /// </summary>
    public async Task<RunReport> RunAsync(ScheduledCheck scheduled)
    {
        var plan = scheduled.Plan;
        var (started, start) = (moments.Now, clock.GetTimestamp());
        var span = Source.StartActivity(ActivityKind.Internal, parentContext: default, tags: plan.Attributes, name: $"health_check {plan.Name}");
        span?.SetCustomProperty(nameof(CheckPlan), plan);
        var (judgement, abandoned) = scheduled.Hangs ? (StillHanging(plan), scheduled.Abandoned) : await TryAsync(scheduled, start);
        var outcome = new Outcome(judgement, started, clock.GetElapsedTime(start), span?.Context ?? default);
        Finish(span, outcome);
        return new RunReport(scheduled, outcome, span, abandoned);
    }

    private static Judgement StillHanging(CheckPlan plan) => Judgement.OfException(
        plan,
        new CheckFailedException(ErrorType.Timeout, "an earlier run ignored its deadline and still hangs; no other is started beside it"),
        TimeSpan.Zero);

    private async Task<(Judgement Judgement, Task? Abandoned)> TryAsync(ScheduledCheck scheduled, long start)
    {
        var plan = scheduled.Plan;
        using var deadline = new CancellationTokenSource(plan.Timeout, clock);
        scheduled.Arm(deadline);
        for (var tries = 1; ; tries++)
        {
            var (judgement, abandoned) = await TryOnceAsync(scheduled, start, deadline.Token);
            if (judgement.Result != Result.Fail || tries > plan.Retries || abandoned is not null || deadline.IsCancellationRequested
                || clock.GetElapsedTime(start) + PauseBetweenTries >= plan.Timeout)
            {
                scheduled.Arm(null);
                return (judgement, abandoned);
            }

            await Task.Delay(PauseBetweenTries, clock, CancellationToken.None);
        }
    }

    private async Task<(Judgement Judgement, Task? Abandoned)> TryOnceAsync(ScheduledCheck scheduled, long start, CancellationToken deadline)
    {
        var plan = scheduled.Plan;
        // On a thread of its own, so that one that blocks can be abandoned like one that hangs.
        var run = Task.Run(() => JudgeAsync(scheduled, start, deadline), CancellationToken.None);
        try
        {
            var patience = plan.Timeout + Grace - clock.GetElapsedTime(start);
            return (await run.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock, CancellationToken.None), null);
        }
        catch (TimeoutException)
        {
            var ignored = new CheckFailedException(ErrorType.Timeout, $"no answer within {Units.Format(plan.Timeout)}, and the run ignores its deadline");
            return (Judgement.OfException(plan, ignored, clock.GetElapsedTime(start)), run);
        }
    }

    /// <summary>Runs the check and judges what it returned or threw, while it still holds that. Never throws.</summary>
    private async Task<Judgement> JudgeAsync(ScheduledCheck scheduled, long start, CancellationToken deadline)
    {
        var plan = scheduled.Plan;
        using var held = RunMemory.Begin(memory);
        try
        {
            var context = new HealthCheckContext { Registration = plan.Registration };
            var result = await scheduled.Check(services).CheckHealthAsync(context, deadline);
            deadline.ThrowIfCancellationRequested();
            return Judgement.Of(plan, result, clock.GetElapsedTime(start), () => plan.Timeout - clock.GetElapsedTime(start));
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            var late = new CheckFailedException(ErrorType.Timeout, $"no answer within {Units.Format(plan.Timeout)}", inner: e);
            return Judgement.OfException(plan, late, clock.GetElapsedTime(start));
        }
#pragma warning disable CA1031 // Whatever a check throws is an outcome; a schedule must not end by it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Judgement.OfException(plan, e, clock.GetElapsedTime(start));
        }
    }

    private static void Finish(Activity? span, Outcome outcome)
    {
        var judgement = outcome.Judgement;
        span?.SetEndTime(outcome.CompletedAt.UtcDateTime);
        span?.SetTag(Names.Attributes.SyntheticType, "test");
        span?.SetTag(Names.Attributes.Outcome, judgement.Result.Name());
        if (judgement.Reason is { } reason)
        {
            span?.SetTag(Names.Attributes.Reason, reason);
        }

        if (judgement.ErrorType is { } errorType)
        {
            span?.SetTag(Names.Attributes.ErrorType, errorType.Name());
            span?.SetStatus(ActivityStatusCode.Error, judgement.Reason);
        }
    }
}
