using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>Which checks are in maintenance, as of the time that it was last turned to.</summary>
internal sealed class MaintenanceCalendar
{
    private readonly AgentPlan _agent;
    private readonly string?[] _windows;

    public MaintenanceCalendar(AgentPlan agent, DateTimeOffset now)
    {
        (_agent, _windows) = (agent, new string?[agent.Checks.Count]);
        TurnTo(now);
    }

    /// <summary>The window that is open for a check, by its position; null when none is.</summary>
    public string? WindowOf(int position) => _windows[position];

    /// <summary>Looks which windows are open at a time. Of several for one check, the first counts.</summary>
    public void TurnTo(DateTimeOffset now)
    {
        if (_agent.Maintenance.Count == 0)
        {
            return;
        }

        var open = _agent.Maintenance.Where(window => window.IsOpen(now)).ToList();
        for (var position = 0; position < _windows.Length; position++)
        {
            _windows[position] = open.Find(window => window.Covers(_agent.Checks[position]))?.Name;
        }
    }
}
