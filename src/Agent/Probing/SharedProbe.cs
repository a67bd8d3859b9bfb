using HealthAgent.Checks;
using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.Security;
using HealthAgent.State;

namespace HealthAgent.Agent.Probing;

/// <summary>A probe under way, which all callers share who ask for the same at the same time.</summary>
internal sealed class SharedProbe : IDisposable
{
    private readonly CancellationTokenSource _withdrawn = new();
    private readonly TaskCompletionSource<ProbeAnswer> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OneOffRun? _run;

    /// <summary>How many callers wait for it. Guarded by who keeps the probes.</summary>
    public int Callers { get; set; } = 1;

    /// <summary>The answer, when it has ended.</summary>
    public Task<ProbeAnswer> Done => _done.Task;

    /// <summary>Starts it. Never throws.</summary>
    public async Task StartAsync(Worker worker, ProbeModule module, ProbeTarget target, TimeSpan timeout)
    {
        try
        {
            var plan = module.Bind(target, timeout, out var problems);
            if (problems.Count > 0)
            {
                _done.SetResult(ProbeAnswer.Of(ProbeRefusal.Unfit, problems));
                return;
            }

            _run = new OneOffRun(plan);
            var record = await worker.RunOnceAsync(_run, _withdrawn.Token);
            _done.SetResult(record is null
                ? ProbeAnswer.Of(ProbeRefusal.Stopping)
                : new ProbeAnswer(new ProbeRun(plan, record, _run.Explanation.Complete(plan.Redactor), timeout)));
        }
#pragma warning disable CA1031 // Those who wait for it get the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _done.TrySetException(e);
        }
    }

    /// <summary>The answer to a caller who cannot wait any longer, although others may.</summary>
    /// <param name="timeout">How long that caller could wait.</param>
    /// <param name="now">The time.</param>
    public ProbeAnswer Late(TimeSpan timeout, DateTimeOffset now)
    {
        if (_run is not { HasStarted: true } run)
        {
            return ProbeAnswer.Of(ProbeRefusal.Busy);
        }

        var late = new CheckFailedException(ErrorType.Timeout, $"no answer within {Units.Format(timeout)}");
        var record = new RunRecord(CheckVerdict.OfException(run.Check.Plan, late, timeout), now - timeout, timeout);
        return new ProbeAnswer(new ProbeRun(run.Check.Plan, record, new ExplainedRun(), timeout));
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Dispose()
    {
        _withdrawn.Cancel();
        _withdrawn.Dispose();
    }
}
