using HealthAgent.State;

namespace HealthAgent;

/// <summary>A change of a check's status. There is none while the check is suppressed, flapping or in maintenance.</summary>
public sealed record HealthTransition
{
    internal HealthTransition(long sequence, Transition transition)
    {
        var (plan, from, to, at, lasted, reason, errorType) = transition;
        (Sequence, Check, Kind, Tier, Group) = (sequence, plan.Name, plan.Kind.Name, plan.Tier, plan.Group);
        (From, To, At, Lasted, Reason, ErrorType) = (from, to, at, lasted, reason, errorType);
    }

    /// <summary>Its number: one more than that of the transition before; the first of the process has 1.</summary>
    public long Sequence { get; }

    /// <summary>How many transitions before this one the reader missed, since it was too slow to take them while they were kept.</summary>
    public long Missed { get; internal init; }

    /// <summary>The check's name.</summary>
    public string Check { get; }

    /// <summary>The check's kind.</summary>
    public string Kind { get; }

    /// <summary>The layer that the check looks at.</summary>
    public Tier Tier { get; }

    /// <summary>The check's group; null when it is in none.</summary>
    public string? Group { get; }

    /// <summary>The status before.</summary>
    public CheckStatus From { get; }

    /// <summary>The status from now on.</summary>
    public CheckStatus To { get; }

    /// <summary>When it changed, by the system's clock.</summary>
    public DateTimeOffset At { get; }

    /// <summary>How long the status before lasted.</summary>
    public TimeSpan Lasted { get; }

    /// <summary>Why, in words and without secrets; null where there is nothing to say.</summary>
    public string? Reason { get; }

    /// <summary>Why, for what is unhealthy because of a run that failed; else null.</summary>
    public ErrorType? ErrorType { get; }
}
