using System.Diagnostics;
using HealthAgent.Memory;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>A run that completed.</summary>
/// <param name="Record">What happened.</param>
/// <param name="Started">When it started, on the steady clock.</param>
/// <param name="Span">Its span, still open; null when not traced.</param>
/// <param name="Abandoned">The task that hangs on when it had to be abandoned at its deadline.</param>
internal sealed record FinishedRun(RunRecord Record, DateTime Started, Activity? Span, Task? Abandoned);

/// <summary>
/// Runs a check once: deadline, tries, span. It never throws, and returns soon after the deadline even when the check does not.
/// </summary>
internal sealed class CheckRunner(IServiceProvider services, AgentClock moments, BodyMemory memory, TimeProvider clock)
{
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly CheckAttempt _attempt = new(services, memory, clock);

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
        var span = RunSpan.Start(plan);
        var (verdict, abandoned) = check.Hangs ? (CheckAttempt.StillHanging(plan), check.Abandoned) : await TryAsync(check, start);
        var record = new RunRecord(verdict, started.At, clock.GetElapsedTime(start), span?.TraceId ?? default, span?.SpanId ?? default);
        span?.SetEndTime(record.CompletedAt.UtcDateTime);
        RunSpan.Finish(span, record.Result.Name(), record.ErrorType, record.Reason);
        return new FinishedRun(record, started.Steady, span, abandoned);
    }

    private async Task<(CheckVerdict Verdict, Task? Abandoned)> TryAsync(CheckInstance check, long start)
    {
        var plan = check.Plan;
        using var deadline = new CancellationTokenSource(plan.Timeout, clock);
        check.Arm(deadline);
        for (var tries = 1; ; tries++)
        {
            var (verdict, abandoned) = await _attempt.RunAsync(check, plan, start, see: null, deadline.Token);
            if (verdict.Result != Result.Fail || tries > plan.Retries || abandoned is not null || deadline.IsCancellationRequested
                || clock.GetElapsedTime(start) + PauseBetweenTries >= plan.Timeout)
            {
                check.Arm(null);
                return (verdict, abandoned);
            }

            await Task.Delay(PauseBetweenTries, clock, CancellationToken.None);
        }
    }
}
