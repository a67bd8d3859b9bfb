using System.Collections.Frozen;
using HealthAgent.State;

namespace HealthAgent.Instruments;

/// <summary>
/// What was counted before a generation of metrics began. A counter that carries on under a new start time would be taken
/// for so many new events by a reader that believes that time.
/// </summary>
internal sealed class CounterBaseline(Snapshot snapshot)
{
    private readonly FrozenDictionary<string, (ExecutionCounts Executions, long Transitions)> _counts = snapshot.Checks
        .Where(state => state.Executions.Endings.Length > 0)
        .ToFrozenDictionary(state => state.Plan.Name, state => (state.Executions, state.Transitions), StringComparer.Ordinal);

    /// <summary>How many runs had ended like this.</summary>
    public long Executions(CheckState state, ExecutionCount ending) =>
        _counts.TryGetValue(state.Plan.Name, out var before) ? before.Executions.Of(ending.Result, ending.ErrorType) : 0;

    /// <summary>How many changes of status had been reported.</summary>
    public long Transitions(CheckState state) => _counts.TryGetValue(state.Plan.Name, out var before) ? before.Transitions : 0;
}
