using System.Diagnostics;
using HealthAgent.Checks;

namespace HealthAgent.State;

/// <summary>A run that ended, on its way into the state.</summary>
/// <param name="Position">The check, by its position among the plans.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="Span">The run's span, still open, so that what follows from the run belongs to its trace; null when not traced.</param>
internal readonly record struct CompletedRun(int Position, Outcome Outcome, Activity? Span);

/// <summary>Is told of every run once it is in the snapshot, in order, on the thread of the one writer: be brief.</summary>
internal interface IStateListener
{
    /// <summary>A run was folded in; <paramref name="transition"/> is the change of status that it made, if any.</summary>
    void OnRecorded(CheckState state, CompletedRun run, Transition? transition);
}

/// <summary>
/// Holds the one current snapshot. One writer, the scheduling loop, folds runs in and swaps it whole;
/// any number of readers take it without a lock.
/// </summary>
internal sealed class StateStore(AgentPlan agent, TimeProvider clock, IEnumerable<IStateListener> listeners)
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(1);

    private readonly IStateListener[] _listeners = [.. listeners];
    private Snapshot _current = Snapshot.Initial(agent.Checks, clock.GetUtcNow());

    /// <summary>The current snapshot.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Folds runs in, swaps the snapshot once, then tells the listeners.</summary>
    public void Record(IReadOnlyList<CompletedRun> runs)
    {
        var now = clock.GetUtcNow();
        var before = Current;
        var checks = before.Checks.ToBuilder();
        var recorded = new List<(CheckState State, Transition? Transition)>(runs.Count);
        foreach (var run in runs)
        {
            var (state, transition) = Fold.Apply(checks[run.Position], run.Outcome, now);
            checks[run.Position] = state;
            recorded.Add((state, transition));
        }

        var statusChanged = recorded.Exists(pair => pair.Transition is not null);
        Volatile.Write(ref _current, before.With(checks.MoveToImmutable(), statusChanged, now));
        Tell(runs, recorded);
    }

    /// <summary>Lets the snapshot's time move on where no run does it.</summary>
    public void Refresh()
    {
        var now = clock.GetUtcNow();
        var before = Current;
        if (now - before.TakenAt >= RefreshEvery)
        {
            Volatile.Write(ref _current, before.With(before.Checks, statusChanged: false, now));
        }
    }

    private void Tell(IReadOnlyList<CompletedRun> runs, List<(CheckState State, Transition? Transition)> recorded)
    {
        for (var i = 0; i < runs.Count; i++)
        {
            foreach (var listener in _listeners)
            {
                listener.OnRecorded(recorded[i].State, runs[i], recorded[i].Transition);
            }
        }
    }
}
