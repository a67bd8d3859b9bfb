using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>
/// Holds what was imported against the agent's own reading of it: what it would refuse is left out and reported, so that the result is
/// always valid.
/// </summary>
/// <param name="kinds">The kinds that there are.</param>
/// <param name="environment">The environment variables; one that is not set here may be where the agent will run.</param>
internal sealed class Fit(KindIndex kinds, Func<string, string?> environment)
{
    // Entries of one mapping of which it is found out which one is wrong.
    private const int MostEntries = 64;

    private const string Hint = "hint: it stands there in clear text; write it to a file or variable, and ${file:/PATH} or ${env:NAME} here";

    /// <summary>The kinds that there are.</summary>
    public KindIndex Kinds => kinds;

    /// <summary>A check with what is valid of it; null where nothing is left that could be run.</summary>
    /// <param name="check">The check.</param>
    /// <param name="defaults">The timing of the file.</param>
    /// <param name="report">Where notes go.</param>
    public YamlMap? Check(YamlMap check, YamlMap? defaults, ImportReport report) =>
        Reduced(check, candidate => Read("checks", candidate, defaults), report);

    /// <summary>A maintenance window; null where it is not valid.</summary>
    public YamlMap? Window(YamlMap window, ImportReport report) =>
        Reduced(window, candidate => Read("maintenance", candidate, defaults: null), report);

    private static YamlMap? Reduced(YamlMap written, Func<YamlMap, Reading> read, ImportReport report)
    {
        var reading = read(written);
        while (reading.Errors.Any)
        {
            var error = reading.Errors.All[0];
            var key = KeyOf(error, written);
            var rest = key is null ? null : Without(written, key, error, map => read(map).Errors.All.Count);
            var next = rest is null ? null : read(rest);
            if (rest is null || next is null || Misses(next, rest, key!))
            {
                report.Add(error.Where, NameOf(written, error), $"left out as a whole: {reading.Errors.MessageOf(error)}");
                return null;
            }

            report.Add(error.Where, NameOf(written, error), $"left out: {reading.Errors.MessageOf(error)}");
            (written, reading) = (rest, next);
        }

        foreach (var (path, where) in Clear(written, reading.Secrets))
        {
            report.Add(where, $"{NameOf(written, null)}.{path}", Hint);
        }

        return written;
    }

    private Reading Read(string section, YamlMap item, YamlMap? defaults)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var root = new Draft(item.Where).Add("defaults", defaults).Add(section, new YamlList(item.Where, [item])).Map.Entries
            .ToDictionary(StringComparer.Ordinal);
        root.TryAdd("checks", YamlEntry.Of(new YamlList(item.Where, [])));
        // A digit is a port, a host and a password.
        var substitution = new Substitution(name => environment(name) is { Length: > 0 } value ? value : "1", new FilesRead());
        var options = AgentOptionsReader.Read(new YamlMap(item.Where, root), errors, substitution);
        Planner.Plan(options, kinds, errors);
        MaintenanceWindow.Plan(options);
        return new Reading(errors, errors.Confidential.Secrets);
    }

    // Without a required key, nothing is left that could be run.
    private static bool Misses(Reading next, YamlMap rest, string key) => !rest.Entries.ContainsKey(key)
        && next.Errors.All.Any(error => error.Path.EndsWith($"].{key}", StringComparison.Ordinal));

    private static string NameOf(YamlMap item, ConfigurationError? error)
    {
        var name = item.Entries.TryGetValue("name", out var entry) && entry.Value is YamlScalar scalar ? scalar.Value : "check";
        return error is null ? name : error.Path.IndexOf(']', StringComparison.Ordinal) is var end and >= 0 ? name + error.Path[(end + 1)..] : name;
    }

    /// <summary>The key of the mapping that an error is about; null where it is about the mapping.</summary>
    private static string? KeyOf(ConfigurationError error, YamlMap item)
    {
        if (error.Path.IndexOf("].", StringComparison.Ordinal) is not (>= 0 and var end))
        {
            return null;
        }

        var path = error.Path[(end + 2)..];
        return item.Entries.Keys.Where(key => path == key || path.StartsWith(key + ".", StringComparison.Ordinal)
            || path.StartsWith(key + "[", StringComparison.Ordinal)).MaxBy(key => key.Length);
    }

    /// <summary>The mapping without what is wrong under a key: an item, an entry, or all of it.</summary>
    private static YamlMap Without(YamlMap map, string key, ConfigurationError error, Func<YamlMap, int> count)
    {
        switch (map.Entries[key].Value)
        {
            case YamlList list when list.Items.Any(item => item.Where == error.Where) && list.Items.Any(item => item.Where != error.Where):
                return With(map, key, list with { Items = [.. list.Items.Where(item => item.Where != error.Where)] });
            case YamlMap { Entries.Count: > 1 and <= MostEntries } inner:
                var before = count(map);
                var better = inner.Entries.Keys.Select(name => With(map, key, Except(inner, name)))
                    .FirstOrDefault(candidate => count(candidate) < before);
                return better ?? Except(map, key);
            default:
                return Except(map, key);
        }
    }

    private static YamlMap With(YamlMap map, string key, YamlNode value) => map with
    {
        Entries = new OrderedDictionary<string, YamlEntry>(map.Entries, StringComparer.Ordinal) { [key] = new(value.Where, value) },
    };

    private static YamlMap Except(YamlMap map, string key) => map with
    {
        Entries = new OrderedDictionary<string, YamlEntry>(map.Entries.Where(entry => entry.Key != key), StringComparer.Ordinal),
    };

    /// <summary>The settings that hold a secret in the text itself.</summary>
    private static IEnumerable<(string Path, Location Where)> Clear(YamlNode node, IReadOnlyCollection<string> secrets) => node switch
    {
        YamlScalar { Value: var text } => !text.Contains("${env:", StringComparison.Ordinal) && !text.Contains("${file:", StringComparison.Ordinal)
            && secrets.Any(secret => text.Replace("$${", "${", StringComparison.Ordinal).Contains(secret, StringComparison.Ordinal))
            ? [("", node.Where)] : [],
        YamlList list => list.Items.SelectMany(item => Clear(item, secrets)),
        YamlMap map => map.Entries.Where(entry => entry.Key is not ("name" or "kind" or "expect" or "warn")).SelectMany(entry =>
            Clear(entry.Value.Value, secrets).Select(found => ($"{entry.Key}.{found.Path}".TrimEnd('.'), found.Where))),
        _ => [],
    };

    private sealed record Reading(ConfigurationErrors Errors, IReadOnlyCollection<string> Secrets);
}
