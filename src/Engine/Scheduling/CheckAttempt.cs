using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>Sees what a check observed while that is still held, and gives the plan to judge it by.</summary>
/// <param name="plan">The plan.</param>
/// <param name="observed">What was observed, also before a fail.</param>
internal delegate CheckPlan SeeObserved(CheckPlan plan, IReadOnlyDictionary<string, object> observed);

/// <summary>
/// Runs a check once, within a deadline. The only place that catches what checks throw. It never throws itself, and returns soon after the
/// deadline, or after it was cancelled, even when the check does not.
/// </summary>
internal sealed class CheckAttempt(IServiceProvider services, BodyMemory memory, TimeProvider clock)
{
    /// <summary>A check that honours its token reports more than one that is abandoned, so it gets a moment to do so.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>The clock by which it waits.</summary>
    public TimeProvider Clock => clock;

    /// <summary>The verdict on a check that is not run, since a run that was left behind still hangs.</summary>
    public static CheckVerdict StillHanging(CheckPlan plan) => CheckVerdict.OfException(
        plan,
        new CheckFailedException(ErrorType.Timeout, "previous run still active past its deadline; skipped"),
        TimeSpan.Zero);

    /// <summary>
    /// Runs it. Where it does not respond to cancellation, it is left behind, and the task that hangs on is returned as well.
    /// </summary>
    /// <param name="check">The check.</param>
    /// <param name="plan">How it is judged; its timeout counts from <paramref name="start"/>.</param>
    /// <param name="start">The timestamp from which its latency counts.</param>
    /// <param name="see">Sees what it observed; null where nobody does.</param>
    /// <param name="deadline">Cancelled when the timeout is over.</param>
    public async Task<(CheckVerdict Verdict, Task? Abandoned)> RunAsync(
        CheckInstance check, CheckPlan plan, long start, SeeObserved? see, CancellationToken deadline)
    {
        // On a thread of its own, so that one that blocks can be abandoned like one that hangs.
        var run = Task.Run(() => JudgeAsync(check, plan, start, see, deadline), CancellationToken.None);
        await WaitAsync(run, plan, start, deadline);
        if (run.IsCompleted)
        {
            return (await run, null);
        }

        var words = $"no answer within {Units.Format(plan.Timeout)}; the check did not respond to cancellation";
        var ignored = new CheckFailedException(ErrorType.Timeout, words);
        return (CheckVerdict.OfException(plan, ignored, clock.GetElapsedTime(start)), run);
    }

    /// <summary>Waits until a run has ended, or has ignored its deadline, or its cancellation before, for a moment.</summary>
    private async Task WaitAsync(Task run, CheckPlan plan, long start, CancellationToken deadline)
    {
        // What is made of steps has to get over one that does not respond.
        var grace = plan.Steps.Count > 0 ? Grace * 2 : Grace;
        using var patience = new CancellationTokenSource(Left(), clock);
        await using var cut = deadline.UnsafeRegister(
            _ => patience.CancelAfter(Units.Shorter(Left(), plan.CleanupTime + grace)), state: null);
        await run.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        TimeSpan Left() => plan.Timeout + grace - clock.GetElapsedTime(start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Runs the check and judges what it returned or threw, while it still holds that. Never throws.</summary>
    private async Task<CheckVerdict> JudgeAsync(
        CheckInstance check, CheckPlan plan, long start, SeeObserved? see, CancellationToken deadline)
    {
        check.Explanation?.BeginTry();
        using var held = RunMemory.Begin(memory);
        try
        {
            var made = check.Check(services);
            if (made is ISelfJudgingCheck scenario)
            {
                return await scenario.JudgeAsync(this, plan, start, deadline);
            }

            var result = await made.CheckHealthAsync(new HealthCheckContext { Registration = plan.Registration }, deadline);
            deadline.ThrowIfCancellationRequested();
            plan = see?.Invoke(plan, result.Data) ?? plan;
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
            return OfException(plan, e, start, see);
        }
    }

    private CheckVerdict OfException(CheckPlan plan, Exception exception, long start, SeeObserved? see)
    {
        var observed = Failures.Observed(exception);
        plan = observed is null ? plan : see?.Invoke(plan, observed) ?? plan;
        return CheckVerdict.OfException(plan, exception, clock.GetElapsedTime(start));
    }
}

/// <summary>A check that is made of others, which it runs and judges itself.</summary>
internal interface ISelfJudgingCheck : IHealthCheck
{
    /// <summary>Runs it. What it throws is a fail.</summary>
    /// <param name="attempt">Runs what it is made of.</param>
    /// <param name="plan">The whole.</param>
    /// <param name="start">The timestamp at which the run started.</param>
    /// <param name="deadline">Cancelled when the timeout is over, or when the run is to end before.</param>
    Task<CheckVerdict> JudgeAsync(CheckAttempt attempt, CheckPlan plan, long start, CancellationToken deadline);
}
