using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>
/// What one source has, as it was read once: it is in force whole, or not at all. Immutable, and the same only as itself.
/// </summary>
/// <param name="source">Where it was read.</param>
/// <param name="errors">What is wrong with it, and under which name its places are reported.</param>
internal sealed class PlanPart(IPlanSource source, ConfigurationErrors errors)
{
    /// <summary>Where it was read.</summary>
    public IPlanSource Source => source;

    /// <summary>What is wrong with it by itself. With any error it is never in force.</summary>
    public ConfigurationErrors Errors => errors;

    /// <summary>Whether it was read at all; until then nobody knows what checks the source has.</summary>
    public bool IsRead { get; private init; } = true;

    /// <summary>The checks, in their order, also those that are switched off.</summary>
    public IReadOnlyList<SourcedCheck> Checks { get; init; } = [];

    /// <summary>The maintenance windows.</summary>
    public IReadOnlyList<SourcedWindow> Maintenance { get; init; } = [];

    /// <summary>The settings of the agent, as a plan without checks and windows; null for a source that has none.</summary>
    public AgentPlan? Settings { get; init; }

    /// <summary>What a source has, if it answers at once; if it does not, it has nothing yet.</summary>
    public static PlanPart ReadNow(IPlanSource source)
    {
        using var once = new CancellationTokenSource();
        var reading = source.ReadAsync(once.Token);
        if (reading.IsCompletedSuccessfully)
        {
            return reading.Result;
        }

        once.Cancel();
        return Unread(source);
    }

    /// <summary>That of a source which has not been read.</summary>
    public static PlanPart Unread(IPlanSource source) => new(source, new ConfigurationErrors(source.Name)) { IsRead = false };
}
