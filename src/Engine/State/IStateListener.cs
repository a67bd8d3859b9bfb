using System.Diagnostics;

namespace HealthAgent.State;

/// <summary>A run that ended, on its way into the state.</summary>
/// <param name="Position">The check, by its position among the plans.</param>
/// <param name="Record">What happened.</param>
/// <param name="Span">The run's span, still open, so that what follows from the run belongs to its trace; null when not traced.</param>
/// <param name="Started">When it started, on the steady clock; null where another process ran it, and only the record knows.</param>
internal readonly record struct CompletedRun(int Position, RunRecord Record, Activity? Span, DateTime? Started = null);

/// <summary>Is notified of what happened once it is in the snapshot, in order, on the thread of the one writer: be brief.</summary>
internal interface IStateListener
{
    /// <summary>A run was folded in; <paramref name="transition"/> is the change of status that it made, if any.</summary>
    void OnRecorded(CheckState state, CompletedRun run, Transition? transition);

    /// <summary>A check began to flap, or no longer does; <paramref name="state"/> says which.</summary>
    void OnFlapping(CheckState state, CompletedRun run);

    /// <summary>A status changed without a run of the check itself: because of time, or of another check.</summary>
    void OnTransition(Transition transition);

    /// <summary>What operators said changed: they said more, took it back, or it ended by itself.</summary>
    void OnOperations(Snapshot snapshot)
    {
    }
}
