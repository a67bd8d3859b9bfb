using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.Security;
using HealthAgent.State;

namespace HealthAgent.Agent.Probing;

/// <summary>
/// Runs probes for callers: those who ask for the same at the same time share one run, a target is asked only so often, and only so many at
/// once. Nothing is kept of a probe that has ended, but for a second that it was asked for.
/// </summary>
internal sealed class ProbeRuns(Worker worker, StateStore store, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private const int MostPerSecond = 10;
    private const int MostTargetsPerSecond = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    // A run that ignores its deadline is left a moment after it.
    private static readonly TimeSpan Grace = CheckAttempt.Grace + TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private readonly Dictionary<(ProbeModule Module, string Target), SharedProbe> _probes = [];
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private long _since;

    /// <summary>How many probes are under way or wait for a slot.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _probes.Count;
            }
        }
    }

    /// <summary>How many callers wait for them.</summary>
    public int Callers
    {
        get
        {
            lock (_gate)
            {
                return _probes.Values.Sum(static probe => probe.Callers);
            }
        }
    }

    /// <summary>Probes a target.</summary>
    /// <param name="module">The module.</param>
    /// <param name="target">The target, which the policy allows.</param>
    /// <param name="timeout">The deadline.</param>
    /// <param name="caller">Cancelled when the caller goes away: a run that nobody else waits for is cut short.</param>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public async Task<ProbeAnswer> RunAsync(ProbeModule module, ProbeTarget target, TimeSpan timeout, CancellationToken caller)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return ProbeAnswer.Of(ProbeRefusal.Stopping);
        }

        using var patience = new CancellationTokenSource(timeout + Grace, clock);
        var key = (module, target.Text);
        var (probe, isNew, refusal) = Enter(key);
        if (probe is null)
        {
            return ProbeAnswer.Of(refusal);
        }

        if (isNew)
        {
            _ = probe.StartAsync(worker, module, target, timeout);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(caller, patience.Token, lifetime.ApplicationStopping);
        try
        {
            return await probe.Done.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            return probe.Late(timeout, clock.GetUtcNow());
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return ProbeAnswer.Of(ProbeRefusal.Stopping);
        }
        finally
        {
            Leave(key, probe);
        }
    }

    private (SharedProbe? Probe, bool IsNew, ProbeRefusal Refusal) Enter((ProbeModule Module, string Target) key)
    {
        lock (_gate)
        {
            if (_probes.TryGetValue(key, out var probe))
            {
                probe.Callers++;
                return (probe, false, default);
            }

            if (_probes.Count >= store.Current.Plan.Concurrency)
            {
                return (null, false, ProbeRefusal.TooMany);
            }

            if (!MayAsk(key.Target))
            {
                return (null, false, ProbeRefusal.TooOften);
            }

            _probes[key] = probe = new SharedProbe();
            return (probe, true, default);
        }
    }

    private bool MayAsk(string target)
    {
        if (clock.GetElapsedTime(_since) >= Window)
        {
            _asked.Clear();
            _since = clock.GetTimestamp();
        }

        var times = _asked.GetValueOrDefault(target);
        if (times >= MostPerSecond || (times == 0 && _asked.Count >= MostTargetsPerSecond))
        {
            return false;
        }

        _asked[target] = times + 1;
        return true;
    }

    private void Leave((ProbeModule Module, string Target) key, SharedProbe probe)
    {
        lock (_gate)
        {
            if (--probe.Callers > 0)
            {
                return;
            }

            _probes.Remove(key);
        }

        probe.Dispose();
    }
}
