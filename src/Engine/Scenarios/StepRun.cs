using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Yaml;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scenarios;

/// <summary>One step of a run: bound to what was captured, tried as often as it says, with a span of its own.</summary>
/// <param name="step">The step.</param>
/// <param name="made">Its check, for a step without references.</param>
/// <param name="attempt">Runs a check once.</param>
/// <param name="captured">What was captured until now, and will be by this step.</param>
internal sealed class StepRun(ScenarioStep step, CheckInstance made, CheckAttempt attempt, CapturedValues captured)
{
    private readonly Lock _gate = new();
    private bool _isLeft;
    private Activity? _span;
    private string? _missing;

    /// <summary>Runs it within a time. Never throws.</summary>
    /// <param name="time">How much time it has.</param>
    /// <param name="stop">Cancelled when that is over, or when the run is to end before.</param>
    public async Task<StepRecord> RunAsync(TimeSpan time, CancellationToken stop)
    {
        var start = attempt.Clock.GetTimestamp();
        using var span = _span = RunSpan.StartStep(step.Name);
        var (verdict, tries) = await RunBoundAsync(time, start, stop);
        RunSpan.Redact(span, step.Plan with { Redactor = captured.Redactor });
        var record = StepRedaction.Apply(
            new StepRecord(
                step.Name, step.Kind.Name, OutcomeOf(verdict.Result), verdict.ErrorType, verdict.Reason,
                attempt.Clock.GetElapsedTime(start), step.IsCleanup, tries, verdict.Observations, verdict.Conditions),
            captured, step.Captures);
        RunSpan.Finish(span, verdict.Result.Name(), record.ErrorType, record.Reason);
        return record;
    }

    private async Task<(CheckVerdict Verdict, int Tries)> RunBoundAsync(TimeSpan time, long start, CancellationToken stop)
    {
        if (made.Hangs)
        {
            return (CheckAttempt.StillHanging(step.Plan), 0);
        }

        if (step.References.Count == 0)
        {
            return await TryAsync(made, time, start, stop);
        }

        var errors = new ConfigurationErrors(step.Name);
        var bound = step.Bind(captured.Find, errors);
        captured.Conceal(bound.Secrets);
        if (errors.Any)
        {
            return (Fail(string.Join("; ", errors.All.Select(Describe))), 0);
        }

        var check = new CheckInstance(bound.Plan);
        var run = await TryAsync(check, time, start, stop);
        made.Abandoned = check.Abandoned;
        await DisposeAsync(check);
        return run;
    }

    private async Task<(CheckVerdict Verdict, int Tries)> TryAsync(
        CheckInstance check, TimeSpan time, long start, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            var (verdict, abandoned) = await TryOnceAsync(check, time - attempt.Clock.GetElapsedTime(start), stop);
            if (abandoned is not null)
            {
                // What it holds is disposed under it, so that a socket on which it hangs is closed.
                check.Abandoned = abandoned;
                await DisposeAsync(check);
            }

            var elapsed = attempt.Clock.GetElapsedTime(start);
            if (verdict.Result != Result.Fail || abandoned is not null || stop.IsCancellationRequested || captured.IsFull
                || step.Retry?.Pause(elapsed, time - elapsed) is not { } pause)
            {
                return (verdict, tries);
            }

            await Task.Delay(pause, attempt.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return (verdict, tries);
            }
        }
    }

    private async Task<(CheckVerdict Verdict, Task? Abandoned)> TryOnceAsync(CheckInstance check, TimeSpan time, CancellationToken stop)
    {
        _ = RunExplanation.BeginStep(step.Name);
        var plan = WithTime(check.Plan, time) with { Redactor = captured.Redactor };
        RunSpan.Redact(_span, plan);
        var began = attempt.Clock.GetTimestamp();
        var (verdict, abandoned) = await attempt.RunAsync(check, plan, began, (by, observed) => See(by, observed, began), stop);
        lock (_gate)
        {
            _isLeft = abandoned is not null;
        }

        return verdict.Result != Result.Fail && _missing is { } missing
            ? (Fail(missing) with { Observations = verdict.Observations }, abandoned)
            : (verdict, abandoned);
    }

    /// <summary>Captures also where the check failed: cleanup may need it. One that was left behind comes too late.</summary>
    private CheckPlan See(CheckPlan plan, IReadOnlyDictionary<string, object> observed, long began)
    {
        lock (_gate)
        {
            _missing = _isLeft ? null : captured.Take(step, observed, () => plan.Timeout - attempt.Clock.GetElapsedTime(began));
            return plan with { Redactor = captured.Redactor };
        }
    }

    private CheckVerdict Fail(string reason) => CheckVerdict.OfException(
        step.Plan with { Redactor = captured.Redactor }, new CheckFailedException(ErrorType.Expectation, reason), TimeSpan.Zero);

    private static CheckPlan WithTime(CheckPlan plan, TimeSpan time) => plan with
    {
        Registration = new HealthCheckRegistration(
            plan.Registration.Name, plan.Registration.Factory, plan.Registration.FailureStatus, plan.Registration.Tags,
            time > TimeSpan.Zero ? time : TimeSpan.FromTicks(1))
        {
            Period = plan.Registration.Period,
        },
    };

    // The outcome is known already, whatever it throws now.
    private static async Task DisposeAsync(CheckInstance check) =>
        await check.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>What is wrong with a bound setting, by the setting's name: the reason names the step already.</summary>
    private static string Describe(ConfigurationError error) =>
        $"{error.Path[(error.Path.LastIndexOf("].", StringComparison.Ordinal) + 2)..]}: {error.Message}";

    private static StepOutcome OutcomeOf(Result result) => result switch
    {
        Result.Pass => StepOutcome.Pass,
        Result.Warn => StepOutcome.Warn,
        _ => StepOutcome.Fail,
    };
}
