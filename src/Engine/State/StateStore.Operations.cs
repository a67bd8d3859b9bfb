using System.Collections.Immutable;

namespace HealthAgent.State;

/// <summary>What operators say of checks.</summary>
internal sealed partial class StateStore
{
    /// <summary>Acknowledges what is wrong with a check, or takes that back.</summary>
    /// <param name="position">The check, by its position.</param>
    /// <param name="acknowledgement">Null for none.</param>
    public Consequences Acknowledge(int position, Acknowledgement? acknowledgement)
    {
        using var _ = _writing.EnterScope();
        var change = new SnapshotChange(Current, _calendar, clock.Now);
        change.Set(position, change.Checks[position] with { Acknowledged = acknowledgement });
        return Finish(change);
    }

    /// <summary>Replaces the windows that operators made: those that are open hold at once, and what they held back no longer is.</summary>
    public Consequences SetWindows(ImmutableArray<OperatorWindow> windows)
    {
        using var _ = _writing.EnterScope();
        var now = clock.Now;
        _calendar = new MaintenanceCalendar(Current.Plan, windows, now.At);
        var change = new SnapshotChange(Current, _calendar, now) { Windows = windows };
        SettleWhatTimeChanges(change);
        return Finish(change);
    }

    /// <summary>Turns the calendar to a time, without the windows that are over by then, and returns those that are left.</summary>
    private ImmutableArray<OperatorWindow> TurnCalendar(DateTimeOffset now)
    {
        var windows = Current.Windows;
        if (windows.Any(window => window.HasEnded(now)))
        {
            windows = windows.RemoveAll(window => window.HasEnded(now));
            _calendar = new MaintenanceCalendar(Current.Plan, windows, now);
        }
        else
        {
            _calendar.TurnTo(now);
        }

        return windows;
    }

    /// <summary>Settles the checks whose windows opened or closed, whose acknowledgement expired, or that became stale.</summary>
    private void SettleWhatTimeChanges(SnapshotChange change)
    {
        for (var position = 0; position < change.Checks.Count; position++)
        {
            var state = change.Checks[position];
            if ((!_isSettled && !state.IsStale)
                || state.Maintenance != _calendar.WindowOf(position)
                || state.Silence != _calendar.SilenceOf(position)
                || state.Acknowledged?.HasExpired(change.Now.At) is true
                || (state is { SuppressedBy: null, IsStale: false } && Fold.IsStale(state, change.Now)))
            {
                SettleWithDescendants(position, state, run: null, change);
            }
        }
    }
}
