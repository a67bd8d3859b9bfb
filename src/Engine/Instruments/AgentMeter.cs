using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Instruments;

/// <summary>
/// The meter <c>HealthAgent</c>, on which all instruments are published. Series of histograms never go away on one meter; so when checks
/// come, go or change their attributes, the meter is disposed and the next takes its place, with counters that begin at zero.
/// </summary>
internal sealed class AgentMeter(StateStore store, IEnumerable<IMetricsSource> sources) : IPlanListener, IDisposable
{
    private Meter? _current;
    private FrozenDictionary<string, CheckPlan> _checks = FrozenDictionary<string, CheckPlan>.Empty;

    /// <summary>The meter; null before <see cref="Begin"/>.</summary>
    public Meter? Current => _current;

    /// <summary>What is done with a meter that was replaced: it is disposed, unless its collector still needs it.</summary>
    public Action<Meter> Retire { get; set; } = static meter => meter.Dispose();

    /// <summary>Publishes for the first time. To be called before anything runs.</summary>
    public void Begin() => OnReplaced(store.Current.Plan);

    /// <inheritdoc />
    public void OnReplaced(AgentPlan next)
    {
        if (_current is not null && Suits(next))
        {
            return;
        }

        // First: OpenTelemetry takes an instrument of the same name for the one that it knows, and would forget both with the first.
        if (_current is { } previous)
        {
            Retire(previous);
        }

        var meter = new Meter(new MeterOptions(Names.Source) { Scope = store });
        foreach (var source in sources)
        {
            source.PublishOn(meter);
        }

        _checks = next.Checks.ToFrozenDictionary(check => check.Name, StringComparer.Ordinal);
        Volatile.Write(ref _current, meter);
    }

    /// <inheritdoc />
    public void Dispose() => _current?.Dispose();

    /// <summary>Whether a configuration has the same series, so that it needs no other meter.</summary>
    private bool Suits(AgentPlan plan) => plan.Checks.Count == _checks.Count && plan.Checks.All(check =>
        _checks.TryGetValue(check.Name, out var known)
        && (ReferenceEquals(known, check) 
            || (known.Impact == check.Impact && known.Attributes.AsSpan().SequenceEqual(check.Attributes)
                && known.Steps.SequenceEqual(check.Steps))));
}
