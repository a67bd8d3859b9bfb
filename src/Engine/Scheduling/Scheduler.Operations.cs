using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>What became of what an operator said.</summary>
internal enum OperationAnswer
{
    /// <summary>The snapshot has it.</summary>
    Done,

    /// <summary>The configuration in force has no check of that name.</summary>
    UnknownCheck,

    /// <summary>Nothing is wrong with the check that could be acknowledged.</summary>
    NothingWrong,

    /// <summary>There is no such acknowledgement or window.</summary>
    NotFound,

    /// <summary>There are as many windows as there may be.</summary>
    TooMany,

    /// <summary>The agent is stopping.</summary>
    Stopping,
}

/// <summary>What operators say of checks.</summary>
internal sealed partial class Scheduler
{
    /// <summary>How many windows of a kind there may be that are not over.</summary>
    public const int MostWindows = 100;

    /// <summary>Acknowledges what is wrong with a check, or takes that back.</summary>
    /// <param name="check">The check's name.</param>
    /// <param name="acknowledgement">Null for none.</param>
    public OperationAnswer Acknowledge(string check, Acknowledgement? acknowledgement)
    {
        if (!store.Current.Index.Positions.TryGetValue(check, out var position))
        {
            return OperationAnswer.UnknownCheck;
        }

        var state = store.Current.Checks[position];
        if (acknowledgement is null ? state.Acknowledged is null : state.Status is not (CheckStatus.Unhealthy or CheckStatus.Degraded))
        {
            return acknowledgement is null ? OperationAnswer.NotFound : OperationAnswer.NothingWrong;
        }

        Follow(store.Acknowledge(position, acknowledgement));
        return OperationAnswer.Done;
    }

    /// <summary>Adds a window.</summary>
    public OperationAnswer AddWindow(OperatorWindow window)
    {
        var windows = store.Current.Windows;
        if (windows.Count(other => other.Kind == window.Kind) >= MostWindows)
        {
            return OperationAnswer.TooMany;
        }

        Follow(store.SetWindows(windows.Add(window)));
        return OperationAnswer.Done;
    }

    /// <summary>Removes a window.</summary>
    public OperationAnswer RemoveWindow(WindowKind kind, string id)
    {
        var windows = store.Current.Windows;
        if (windows.FirstOrDefault(window => window.Kind == kind && window.Id == id) is not { } found)
        {
            return OperationAnswer.NotFound;
        }

        Follow(store.SetWindows(windows.Remove(found)));
        return OperationAnswer.Done;
    }
}
