using HealthAgent.History;
using HealthAgent.Instruments;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Reload;

/// <summary>How a reload ended: what it changed, or, when there are errors, none of that.</summary>
internal sealed record ReloadResult(PlanChange? Change, IReadOnlyList<string> Errors);

/// <summary>
/// Reads the sources again, merges what they have, and takes it into the worker. What a source has is in force whole, or not at all: with
/// any error it keeps what it had.
/// </summary>
internal sealed class Reloader : IDisposable
{
    private readonly Worker _worker;
    private readonly StateStore _store;
    private readonly IPlanListener[] _listeners;
    private readonly ReloadStatus _status;
    private readonly AgentEvents _events;
    private readonly EventLog _log;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<PlanPart> _inForce;
    private IReadOnlyList<string> _reported = [];

    public Reloader(
        AgentPlan plan, Worker worker, StateStore store, IEnumerable<IPlanListener> listeners, ReloadStatus status, AgentEvents events,
        EventLog log, TimeProvider clock)
    {
        (_worker, _store, _listeners, _status, _events, _log, _clock) = (worker, store, [.. listeners], status, events, log, clock);
        _inForce = plan.Parts;
        Readers = [.. plan.Parts.Select(part => new SourceReader(part, clock))];
    }

    /// <summary>The sources, in the order in which they are merged.</summary>
    public IReadOnlyList<SourceReader> Readers { get; }

    /// <summary>Asks all sources now and takes what they have, one reload after the other.</summary>
    public async Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Readers.Select(reader => reader.ReadAsync(cancellationToken)));
        return await TakeAsync(isAsked: true, cancellationToken);
    }

    /// <summary>Asks one source, which changed, and takes what it has. What was reported before is not reported again.</summary>
    public async Task ReloadAsync(SourceReader changed, CancellationToken cancellationToken)
    {
        await changed.ReadAsync(cancellationToken);
        await TakeAsync(isAsked: false, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _one.Dispose();
        foreach (var reader in Readers)
        {
            reader.Dispose();
        }
    }

    private async Task<ReloadResult> TakeAsync(bool isAsked, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => TakeAsync(isAsked), CancellationToken.None);
        }
        catch
        {
            // It was not taken, for whatever reason.
            _status.Rejected();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<ReloadResult> TakeAsync(bool isAsked)
    {
        var current = _store.Current.Plan;
        var merge = PlanMerge.OfWhatGoesTogether(current, _inForce, [.. Readers.Select(reader => reader.Latest)], out var wrong);
        IReadOnlyList<string> errors = [.. wrong, .. Readers.Select(reader => reader.Failure).OfType<string>()];
        var taken = merge.Parts.Except(_inForce).Select(part => part.Source.Name).ToList();
        var next = taken.Count > 0 ? merge.ToPlan().Keeping(current) : current;
        var change = PlanChange.Between(current, next);
        if (!change.IsNone)
        {
            await _worker.ReplaceAsync(next, inForce: () =>
            {
                foreach (var listener in _listeners)
                {
                    listener.OnReplaced(next);
                }
            });
        }

        _inForce = merge.Parts;
        Report(change, taken.Count > 0 ? string.Join(", ", taken) : next.Source, errors, isAsked);
        return new ReloadResult(errors.Count > 0 ? null : change, errors);
    }

    private void Report(PlanChange change, string taken, IReadOnlyList<string> errors, bool isAsked)
    {
        var isRight = errors.Count == 0;
        if (!change.IsNone || (isRight && (isAsked || _reported.Count > 0)))
        {
            _events.ConfigReloaded(taken, change);
            _log.OnReloaded(taken, change, _clock.GetUtcNow());
        }

        if (isRight)
        {
            _status.Succeeded();
        }
        else
        {
            _status.Rejected();
            if (isAsked || !errors.SequenceEqual(_reported, StringComparer.Ordinal))
            {
                var sources = Readers.Where(reader => reader.Failure is not null || !_inForce.Contains(reader.Latest))
                    .Select(reader => reader.Source.Name).ToList();
                _events.ConfigRejected(sources.Count > 0 ? string.Join(", ", sources) : _store.Current.Plan.Source, errors);
            }
        }

        _reported = errors;
    }
}
