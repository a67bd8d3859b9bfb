using HealthAgent.Configuration;
using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>What <c>dependsOn</c> may say: the names of other checks, and never in a circle.</summary>
internal sealed class Dependencies
{
    // Everybody above a check is known to it, so a chain costs its length squared; longer ones than this are a mistake.
    private const int Deepest = 32;

    private readonly IReadOnlyList<CheckOptions> _checks;
    private readonly Dictionary<string, CheckOptions> _byName = new(StringComparer.Ordinal);

    public Dependencies(IReadOnlyList<CheckOptions> checks)
    {
        _checks = checks;
        foreach (var check in checks)
        {
            _byName.TryAdd(check.Name, check);
        }
    }

    /// <summary>
    /// The names of the checks that one depends on. In place of one that is switched off stand those that it depends on itself: without
    /// them the check has no meaning either, and for one that never runs nothing must wait.
    /// </summary>
    public IReadOnlyList<string> Of(CheckOptions check)
    {
        var (parents, skipped) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        Collect(check);
        return [.. parents.Distinct(StringComparer.Ordinal)];

        void Collect(CheckOptions child)
        {
            foreach (var (_, parent) in child.DependsOn)
            {
                if (!_byName.TryGetValue(parent, out var known) || known.IsEnabled)
                {
                    parents.Add(parent);
                }
                else if (skipped.Add(parent))
                {
                    Collect(known);
                }
            }
        }
    }

    /// <summary>Notes every name that is no check's, every circle once, and chains that are too long.</summary>
    public void Validate(ConfigurationErrors errors)
    {
        foreach (var check in _checks)
        {
            foreach (var (where, parent) in check.DependsOn.Where(parent => !_byName.ContainsKey(parent.Text)))
            {
                var nearest = errors.IsFull ? "" : Suggestion.For(parent, _byName.Keys);
                errors.Add(where, $"{check.Settings.Path}.dependsOn", $"there is no check '{parent}'{nearest}");
            }
        }

        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var check in _checks)
        {
            Follow(check, [], depths, errors);
        }
    }

    /// <summary>How many checks stand above one another up to this one, itself included.</summary>
    private int Follow(CheckOptions check, List<string> way, Dictionary<string, int> depths, ConfigurationErrors errors)
    {
        if (way.IndexOf(check.Name) is var circle and >= 0)
        {
            Reject(check, $"the checks depend on each other in a circle: {string.Join(" → ", way.Skip(circle).Append(check.Name))}", errors);
            return 0;
        }

        if (depths.TryGetValue(check.Name, out var known))
        {
            return known;
        }

        depths[check.Name] = 0;
        var depth = 1;
        foreach (var (_, parent) in way.Count < Deepest ? check.DependsOn : [])
        {
            if (_byName.TryGetValue(parent, out var next))
            {
                depth = Math.Max(depth, 1 + Follow(next, [.. way, check.Name], depths, errors));
            }
        }

        if (depth > Deepest || (way.Count == Deepest && check.DependsOn.Count > 0))
        {
            Reject(check, $"more than {Deepest} checks depend on one another in a row", errors);
            depth = 0;
        }

        return depths[check.Name] = depth;
    }

    private static void Reject(CheckOptions check, string message, ConfigurationErrors errors) =>
        errors.Add(check.DependsOn[0].Where, $"{check.Settings.Path}.dependsOn", message);
}
