using HealthAgent.State;

namespace HealthAgent;

/// <summary>How one check is.</summary>
public sealed record CheckHealth
{
    internal CheckHealth(CheckState state)
    {
        var plan = state.Plan;
        (Name, Kind, Tier, Impact, Group) = (plan.Name, plan.Kind.Name, plan.Tier, plan.Impact, plan.Group);
        (Status, Since, Reason) = (state.Status, state.Since, state.Explain());
        (SuppressedBy, Maintenance, IsFlapping) = (state.SuppressedBy, state.Maintenance, state.IsFlapping);
        LastRun = state.Last is { } last ? new HealthCheckRun(last) : null;
    }

    /// <summary>Its unique name.</summary>
    public string Name { get; }

    /// <summary>Its kind, such as <c>http</c>; <c>dotnet</c> for a check that is registered in code.</summary>
    public string Kind { get; }

    /// <summary>The layer that it looks at.</summary>
    public Tier Tier { get; }

    /// <summary>What it does to <c>/readyz</c> and <c>/health</c> when it is unhealthy.</summary>
    public Impact Impact { get; }

    /// <summary>Its group; null when it is in none.</summary>
    public string? Group { get; }

    /// <summary>Its status, after thresholds.</summary>
    public CheckStatus Status { get; }

    /// <summary>Since when it has the status, by the system's clock.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Why it has the status, in words and without secrets; null where there is nothing to say.</summary>
    public string? Reason { get; }

    /// <summary>The unhealthy check because of which this one is not run; null when it is run.</summary>
    public string? SuppressedBy { get; }

    /// <summary>The maintenance window that is open for it; null when none is.</summary>
    public string? Maintenance { get; }

    /// <summary>Whether its outcomes change so often that its transitions are paused.</summary>
    public bool IsFlapping { get; }

    /// <summary>Its latest run; null before the first has ended.</summary>
    public HealthCheckRun? LastRun { get; }
}
