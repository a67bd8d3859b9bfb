using System.Collections.Immutable;
using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>Which checks are in maintenance, and which are silenced, as of the time that it was last turned to.</summary>
internal sealed class MaintenanceCalendar
{
    private readonly AgentPlan _agent;
    private readonly ImmutableArray<OperatorWindow> _made;
    private readonly string?[] _windows;
    private readonly string?[] _silences;

    /// <summary>The calendar of a configuration and of operators, turned to a time.</summary>
    /// <param name="agent">The configuration, with its windows.</param>
    /// <param name="made">The windows that operators made.</param>
    /// <param name="now">The time.</param>
    public MaintenanceCalendar(AgentPlan agent, ImmutableArray<OperatorWindow> made, DateTimeOffset now)
    {
        (_agent, _made, _windows, _silences) = (agent, made, new string?[agent.Checks.Count], new string?[agent.Checks.Count]);
        TurnTo(now);
    }

    /// <summary>The window that is open for a check, by its position; null when none is.</summary>
    public string? WindowOf(int position) => _windows[position];

    /// <summary>The silence that is open for a check, by its position; null when none is.</summary>
    public string? SilenceOf(int position) => _silences[position];

    /// <summary>
    /// Looks which windows are open. Of several for one check, the first counts, those of the configuration before others.
    /// </summary>
    public void TurnTo(DateTimeOffset now)
    {
        Fill(_windows, _agent.Maintenance.Concat(Made(WindowKind.Maintenance)), now);
        Fill(_silences, Made(WindowKind.Silence), now);
    }

    private IEnumerable<MaintenanceWindow> Made(WindowKind kind) =>
        _made.IsEmpty ? [] : _made.Where(made => made.Kind == kind).Select(static made => made.Window);

    private void Fill(string?[] names, IEnumerable<MaintenanceWindow> windows, DateTimeOffset now)
    {
        var open = windows.Where(window => window.IsOpen(now)).ToList();
        for (var position = 0; position < names.Length; position++)
        {
            names[position] = open.Count == 0 ? null : open.Find(window => window.Covers(_agent.Checks[position]))?.Name;
        }
    }
}
