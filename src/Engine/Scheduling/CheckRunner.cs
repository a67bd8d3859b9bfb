using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>A run that completed.</summary>
/// <param name="Record">What happened.</param>
/// <param name="Started">When it started, on the steady clock.</param>
/// <param name="Span">Its span, still open; null when not traced.</param>
/// <param name="Abandoned">The task that hangs on when it had to be abandoned at its deadline.</param>
internal sealed record FinishedRun(RunRecord Record, DateTime Started, Activity? Span, Task? Abandoned);

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
    /// Runs the check, or, while a previous run still hangs, says so instead. The run's span has its end set but is left
    /// open for what follows from the run.
    /// </summary>
    public async Task<FinishedRun> RunAsync(CheckInstance check)
    {
        var plan = check.Plan;
        var (started, start) = (moments.Now, clock.GetTimestamp());
        var span = Source.StartActivity(
            ActivityKind.Internal, parentContext: default, tags: plan.Attributes, name: $"health_check {plan.Name}");
        span?.SetCustomProperty(nameof(CheckPlan), plan);
        var (verdict, abandoned) = check.Hangs ? (StillHanging(plan), check.Abandoned) : await TryAsync(check, start);
        var record = new RunRecord(verdict, started.At, clock.GetElapsedTime(start), span?.TraceId ?? default, span?.SpanId ?? default);
        Finish(span, record);
        return new FinishedRun(record, started.Steady, span, abandoned);
    }

    private static CheckVerdict StillHanging(CheckPlan plan) => CheckVerdict.OfException(
        plan,
        new CheckFailedException(ErrorType.Timeout, "an earlier run ignored its deadline and still hangs; no other is started beside it"),
        TimeSpan.Zero);

    private async Task<(CheckVerdict Verdict, Task? Abandoned)> TryAsync(CheckInstance check, long start)
    {
        var plan = check.Plan;
        using var deadline = new CancellationTokenSource(plan.Timeout, clock);
        check.Arm(deadline);
        for (var tries = 1; ; tries++)
        {
            var (verdict, abandoned) = await TryOnceAsync(check, start, deadline.Token);
            if (verdict.Result != Result.Fail || tries > plan.Retries || abandoned is not null || deadline.IsCancellationRequested
                || clock.GetElapsedTime(start) + PauseBetweenTries >= plan.Timeout)
            {
                check.Arm(null);
                return (verdict, abandoned);
            }

            await Task.Delay(PauseBetweenTries, clock, CancellationToken.None);
        }
    }

    private async Task<(CheckVerdict Verdict, Task? Abandoned)> TryOnceAsync(CheckInstance check, long start, CancellationToken deadline)
    {
        // On a thread of its own, so that one that blocks can be abandoned like one that hangs.
        var plan = check.Plan;
        var run = Task.Run(() => JudgeAsync(check, start, deadline), CancellationToken.None);
        try
        {
            var patience = plan.Timeout + Grace - clock.GetElapsedTime(start);
            return (await run.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock, CancellationToken.None), null);
        }
        catch (TimeoutException)
        {
            var words = $"no answer within {Units.Format(plan.Timeout)}, and the run ignores its deadline";
            var ignored = new CheckFailedException(ErrorType.Timeout, words);
            return (CheckVerdict.OfException(plan, ignored, clock.GetElapsedTime(start)), run);
        }
    }

    /// <summary>Runs the check and judges what it returned or threw, while it still holds that. Never throws.</summary>
    private async Task<CheckVerdict> JudgeAsync(CheckInstance check, long start, CancellationToken deadline)
    {
        var plan = check.Plan;
        check.Explanation?.BeginTry();
        using var held = RunMemory.Begin(memory);
        try
        {
            var context = new HealthCheckContext { Registration = plan.Registration };
            var result = await check.Check(services).CheckHealthAsync(context, deadline);
            deadline.ThrowIfCancellationRequested();
            return CheckVerdict.Of(plan, result, clock.GetElapsedTime(start), () => plan.Timeout - clock.GetElapsedTime(start));
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            var late = new CheckFailedException(ErrorType.Timeout, $"no answer within {Units.Format(plan.Timeout)}", inner: e);
            return CheckVerdict.OfException(plan, late, clock.GetElapsedTime(start));
        }
#pragma warning disable CA1031 // Whatever a check throws is an outcome; a schedule must not end by it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return CheckVerdict.OfException(plan, e, clock.GetElapsedTime(start));
        }
    }

    private static void Finish(Activity? span, RunRecord record)
    {
        span?.SetEndTime(record.CompletedAt.UtcDateTime);
        span?.SetTag(Names.Attributes.SyntheticType, "test");
        span?.SetTag(Names.Attributes.Outcome, record.Result.Name());
        if (record.Reason is { } reason)
        {
            span?.SetTag(Names.Attributes.Reason, reason);
        }

        if (record.ErrorType is { } errorType)
        {
            span?.SetTag(Names.Attributes.ErrorType, errorType.Name());
            span?.SetStatus(ActivityStatusCode.Error, record.Reason);
        }
    }
}
