using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>
/// The parts of all sources as one: names are unique among them, and <c>dependsOn</c> and maintenance windows may name what another
/// source has. A pure function of the parts.
/// </summary>
internal sealed class PlanMerge
{
    private readonly AgentPlan _settings;
    private readonly IReadOnlyList<PlanPart> _parts;
    private readonly Dictionary<PlanPart, ConfigurationErrors> _errors;
    private readonly List<SourcedCheck> _checks = [];
    private readonly Dictionary<string, SourcedCheck> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<SourcedCheck, PlanPart> _partOf = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<PlanPart> _missing = [];
    private readonly Dependencies _dependencies;
    private bool _isWrong;

    private PlanMerge(AgentPlan settings, IReadOnlyList<PlanPart> parts)
    {
        (_settings, _parts) = (settings, parts);
        _errors = parts.ToDictionary(part => part, part => part.Errors.Copy());
        _isWrong = parts.Any(part => part.Errors.Any);
        foreach (var part in parts)
        {
            AddChecks(part);
        }

        _dependencies = new Dependencies(_checks, _byName);
        _dependencies.Validate((check, message) => Reject(_partOf[check], check.DependsOn[0].Where, $"{check.Path}.dependsOn", message));
        RejectMissing();
    }

    /// <summary>All that is wrong, a line each, source by source.</summary>
    public IReadOnlyList<string> Errors => [.. _parts.SelectMany(part => _errors[part].ToLines())];

    /// <summary>Merges parts.</summary>
    /// <param name="settings">The settings of the agent where no part has any.</param>
    /// <param name="parts">The parts, one of each source.</param>
    public static PlanMerge Of(AgentPlan settings, params IReadOnlyList<PlanPart> parts) => new(settings, parts);

    /// <summary>
    /// Merges as many of the latest parts as can be: all, or those without errors that go together with what is in force otherwise.
    /// </summary>
    /// <param name="settings">The settings of the agent where no part has any.</param>
    /// <param name="inForce">The parts in force.</param>
    /// <param name="latest">What was read last, in the same order.</param>
    /// <param name="errors">All that is wrong with the latest.</param>
    public static PlanMerge OfWhatGoesTogether(
        AgentPlan settings, IReadOnlyList<PlanPart> inForce, IReadOnlyList<PlanPart> latest, out IReadOnlyList<string> errors)
    {
        var whole = Of(settings, latest);
        errors = whole.Errors;
        if (errors.Count == 0)
        {
            return whole;
        }

        var best = Of(settings, inForce);
        for (var isMore = true; isMore;)
        {
            isMore = false;
            foreach (var (index, part) in latest.Index()
                .Where(part => !ReferenceEquals(best._parts[part.Index], part.Item) && !part.Item.Errors.Any))
            {
                // What one source has may need what another one has by now.
                var next = Of(settings, [.. best._parts.Select((other, position) => position == index ? part : other)]);
                if (next.Takes(part))
                {
                    (best, isMore) = (next, true);
                }
            }
        }

        return best;
    }

    /// <summary>The parts that were merged.</summary>
    public IReadOnlyList<PlanPart> Parts => _parts;

    /// <summary>The plan. References to checks that no source has are left out.</summary>
    public AgentPlan ToPlan()
    {
        var agent = _parts.Select(part => part.Settings).FirstOrDefault(settings => settings is not null) ?? _settings;
        return agent with
        {
            Checks = [.. _checks.Where(check => check.Resolve is not null).Select(check => Plan(check, agent.Defaults))],
            Maintenance = [.. _parts.SelectMany(part => part.Maintenance).Select(window => window.Window)],
            Parts = _parts,
        };
    }

    /// <summary>
    /// Whether a part goes together with the others. That it lacks a check which another part still names does not keep it out: the
    /// other's source has to be corrected, and until then goes on without that reference.
    /// </summary>
    private bool Takes(PlanPart part) => !_isWrong && !_missing.Contains(part);

    private CheckPlan Plan(SourcedCheck check, Timing defaults)
    {
        var (plan, parents) = (check.Resolve!(defaults), _dependencies.Of(check));
        return plan.DependsOn.SequenceEqual(parents, StringComparer.Ordinal) ? plan : plan with { DependsOn = parents };
    }

    private void AddChecks(PlanPart part)
    {
        foreach (var check in part.Checks)
        {
            _checks.Add(check);
            _partOf[check] = part;
            if (!_byName.TryAdd(check.Name, check))
            {
                var other = _byName[check.Name];
                var origin = other.OriginIn(_partOf[other].Source);
                Reject(part, check.Where, check.Path, $"the name '{check.Name}' is taken by {origin}; names are unique");
            }
        }
    }

    private void RejectMissing()
    {
        // Also those that are switched off: to run one again must not need another edit here.
        var groups = _checks.Select(check => check.Group).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var check in _checks)
        {
            RejectMissing(_partOf[check], $"{check.Path}.dependsOn", "check", check.DependsOn, _byName.ContainsKey, _byName.Keys);
        }

        foreach (var (part, window) in _parts.SelectMany(part => part.Maintenance.Select(window => (part, window))))
        {
            var checks = window.Checks.Where(check => check.Text != MaintenanceWindow.All);
            RejectMissing(part, $"{window.Path}.checks", "check", checks, _byName.ContainsKey, _byName.Keys);
            RejectMissing(part, $"{window.Path}.groups", "group", window.Groups, groups.Contains, groups);
        }
    }

    private void RejectMissing(
        PlanPart part, string path, string what, IEnumerable<LocatedText> names, Func<string, bool> isKnown, IEnumerable<string> known)
    {
        foreach (var (where, name) in names.Where(name => !isKnown(name.Text)))
        {
            // It may be in a part that could not be read.
            if (_parts.All(other => other.IsRead && (ReferenceEquals(other, part) || !other.Errors.Any)))
            {
                _missing.Add(part);
                _errors[part].Add(where, path, $"there is no {what} '{name}'{(_errors[part].IsFull ? "" : Suggestion.For(name, known))}");
            }
        }
    }

    private void Reject(PlanPart part, Location where, string path, string message)
    {
        _isWrong = true;
        _errors[part].Add(where, path, message);
    }
}
