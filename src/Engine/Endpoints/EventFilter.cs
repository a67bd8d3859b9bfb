using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using HealthAgent.History;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// Which checks somebody hears of: <c>?checks=</c>, <c>?groups=</c>, <c>?tier=</c>, each a list that narrows what the others leave. What is
/// about the agent itself is heard by all.
/// </summary>
internal sealed class EventFilter
{
    private readonly FrozenSet<string>? _checks;
    private readonly FrozenSet<string>? _groups;
    private readonly FrozenSet<Tier>? _tiers;

    private EventFilter(FrozenSet<string>? checks, FrozenSet<string>? groups, FrozenSet<Tier>? tiers) =>
        (_checks, _groups, _tiers) = (checks, groups, tiers);

    /// <summary>Reads the query; false, with the reason, where it names what is no tier.</summary>
    public static bool TryRead(
        IQueryCollection query, [NotNullWhen(true)] out EventFilter? filter, [NotNullWhen(false)] out string? error)
    {
        (filter, error) = (null, null);
        var tiers = Names(query, "tier");
        if (tiers?.FirstOrDefault(static name => !TierNames.Tiers.ContainsKey(name)) is { } unknown)
        {
            error = $"'{PlainText.Line(unknown)}' is not a tier{Suggestion.For(unknown, TierNames.Tiers.Keys)}";
            return false;
        }

        filter = new EventFilter(
            Names(query, "checks"), Names(query, "groups"), tiers?.Select(static name => TierNames.Tiers[name]).ToFrozenSet());
        return true;
    }

    /// <summary>Whether an event is heard.</summary>
    public bool Takes(AgentEvent one) => one.About is not { } about || Takes(about.Check, about.Group, about.Tier);

    /// <summary>Whether a check is heard of.</summary>
    public bool Takes(CheckState state) => Takes(state.Plan.Name, state.Plan.Group, state.Plan.Tier);

    private bool Takes(string check, string? group, Tier tier) =>
        _checks?.Contains(check) is not false
        && (_groups is null || (group is not null && _groups.Contains(group)))
        && _tiers?.Contains(tier) is not false;

    private static FrozenSet<string>? Names(IQueryCollection query, string key)
    {
        var names = query[key].OfType<string>()
            .SelectMany(static list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToFrozenSet(StringComparer.Ordinal);
        return names.Count > 0 ? names : null;
    }
}
