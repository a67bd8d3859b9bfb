using System.Collections.Immutable;
using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>What a window that an operator made does to its checks.</summary>
internal enum WindowKind
{
    /// <summary>Maintenance, as by the configuration: neither reported nor part of roll-ups.</summary>
    Maintenance,

    /// <summary>Not reported, but still part of roll-ups.</summary>
    Silence,
}

/// <summary>A window that an operator made while the agent runs, beside those of the configuration.</summary>
/// <param name="Id">By which it is taken back.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Window">What it is for, and when.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who made it.</param>
/// <param name="MadeAt">When.</param>
internal sealed record OperatorWindow(
    string Id, WindowKind Kind, MaintenanceWindow Window, string Reason, string By, DateTimeOffset MadeAt)
{
    /// <summary>When it ends.</summary>
    public DateTimeOffset Until => Window.Start + Window.Duration;

    /// <summary>Whether it is over.</summary>
    public bool HasEnded(DateTimeOffset now) => Until <= now;
}

/// <summary>What operators said, as it outlives the process.</summary>
/// <param name="Acknowledgements">By the names of checks.</param>
/// <param name="Windows">The windows, in the order in which they were made.</param>
internal sealed record CarriedOperations(
    ImmutableDictionary<string, Acknowledgement> Acknowledgements, ImmutableArray<OperatorWindow> Windows)
{
    /// <summary>Nothing.</summary>
    public static readonly CarriedOperations None = new(ImmutableDictionary<string, Acknowledgement>.Empty, []);

    /// <summary>What holds in a snapshot.</summary>
    public static CarriedOperations Of(Snapshot snapshot) => new(
        snapshot.Checks.Where(static state => state.Acknowledged is not null)
            .ToImmutableDictionary(state => state.Plan.Name, state => state.Acknowledged!, StringComparer.Ordinal),
        snapshot.Windows);
}
