using HealthAgent.Configuration;

namespace HealthAgent.Checks;

/// <summary>What <c>dependsOn</c> may say: the names of other checks, and never in a circle.</summary>
internal static class Dependencies
{
    /// <summary>Notes every name that is no check's, and every circle once.</summary>
    public static void Validate(IReadOnlyList<CheckOptions> checks, ConfigurationErrors errors)
    {
        var byName = new Dictionary<string, CheckOptions>(StringComparer.Ordinal);
        foreach (var check in checks)
        {
            byName.TryAdd(check.Name, check);
        }

        foreach (var check in checks)
        {
            foreach (var (where, parent) in check.DependsOn.Where(parent => !byName.ContainsKey(parent.Text)))
            {
                errors.Add(where, $"{check.Settings.Path}.dependsOn", $"there is no check '{parent}'{Suggestion.For(parent, byName.Keys)}");
            }
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var check in checks)
        {
            Follow(check, [], byName, done, errors);
        }
    }

    private static void Follow(
        CheckOptions check, List<string> way, Dictionary<string, CheckOptions> byName, HashSet<string> done, ConfigurationErrors errors)
    {
        var circle = way.IndexOf(check.Name);
        if (circle >= 0)
        {
            errors.Add(check.DependsOn[0].Where, $"{check.Settings.Path}.dependsOn", $"the checks depend on each other in a circle: {string.Join(" → ", way.Skip(circle).Append(check.Name))}");
            return;
        }

        if (!done.Add(check.Name))
        {
            return;
        }

        foreach (var (_, parent) in check.DependsOn)
        {
            if (byName.TryGetValue(parent, out var next))
            {
                Follow(next, [.. way, check.Name], byName, done, errors);
            }
        }
    }
}
