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

    // A shorter secret is found in everything.
    private const int ShortestPart = 4;

    private const string Hint = "hint: it stands there in clear text; write it to a file or variable, and ${file:/PATH} or "
        + "${env:NAME} here";

    /// <summary>The kinds that there are.</summary>
    public KindIndex Kinds => kinds;

    /// <summary>A check with what is valid of it; null where nothing is left that could be run.</summary>
    /// <param name="check">The check.</param>
    /// <param name="defaults">The timing of the file.</param>
    /// <param name="report">Where notes go.</param>
    public YamlMap? Check(YamlMap check, YamlMap? defaults, ImportReport report) =>
        Reduced(check, $"checks[{NameOf(check)}]", candidate => Read("checks", List(candidate), defaults), report);

    /// <summary>A maintenance window; null where it is not valid.</summary>
    public YamlMap? Window(YamlMap window, ImportReport report) =>
        Reduced(window, $"maintenance[{NameOf(window)}]", candidate => Read("maintenance", List(candidate), defaults: null), report);

    /// <summary>A module of <c>/probe</c>; null where nothing is left that could be probed.</summary>
    public YamlMap? Module(string name, YamlMap module, ImportReport report) => Reduced(
        module,
        $"probe.modules.{name}",
        candidate => Read(
            "probe",
            new Draft(module.Where).Append("targets", module.Where, "target.invalid").Put("modules", name, candidate).Map,
            defaults: null),
        report);

    private static YamlMap? Reduced(YamlMap written, string path, Func<YamlMap, Reading> read, ImportReport report)
    {
        var reading = read(written);
        while (reading.Errors.Any)
        {
            var error = reading.Errors.All[0];
            var key = KeyOf(error, path, written);
            var rest = key is null ? null : Without(written, key, error, map => read(map).Errors.All.Count);
            var next = rest is null ? null : read(rest);
            if (rest is null || next is null || Misses(next, rest, $"{path}.{key}", key!))
            {
                report.Add(error.Where, error.Path, $"left out as a whole: {reading.Errors.MessageOf(error)}");
                return null;
            }

            report.Add(error.Where, error.Path, $"left out: {reading.Errors.MessageOf(error)}{Remedy(written, error)}");
            (written, reading) = (rest, next);
        }

        foreach (var (setting, where) in Clear(written, reading.Secrets))
        {
            report.Add(where, $"{path}.{setting}", Hint);
        }

        return written;
    }

    /// <summary>What to write once a file is there that is not there now, or not on this machine.</summary>
    private static string Remedy(YamlMap written, ConfigurationError error) =>
        error.Message.Contains("the file '", StringComparison.Ordinal)
        && Texts(written).FirstOrDefault(text => text.Where == error.Where) is { } text && (text.Value.StartsWith("${file:",
            StringComparison.Ordinal) || !text.Value.Contains('\n', StringComparison.Ordinal))
            ? $"; once it is there, write {error.Path.Split('.')[^1]}: {text.Value}" : "";

    private static IEnumerable<YamlScalar> Texts(YamlNode node) => node switch
    {
        YamlMap map => map.Entries.Values.SelectMany(entry => Texts(entry.Value)),
        YamlList list => list.Items.SelectMany(Texts),
        _ => [(YamlScalar)node],
    };

    private static YamlList List(YamlMap item) => new(item.Where, [item]);

    private Reading Read(string section, YamlNode item, YamlMap? defaults)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var root = new Draft(item.Where).Add("defaults", defaults).Add(section, item).Map.Entries.ToDictionary(StringComparer.Ordinal);
        root.TryAdd("checks", YamlEntry.Of(new YamlList(item.Where, [])));
        // A digit is a port, a host and a password.
        var substitution = new Substitution(name => environment(name) is { Length: > 0 } value ? value : "1", new FilesRead());
        var options = AgentOptionsReader.Read(new YamlMap(item.Where, root), errors, substitution);
        Planner.Plan(options, kinds, errors);
        MaintenanceWindow.Plan(options);
        if (options.Probe is { } probe)
        {
            ProbePlan.Of(probe, kinds, Timing.BuiltIn.With(options.Defaults));
        }

        return new Reading(errors, errors.Confidential.Secrets);
    }

    // Without a required key, nothing is left that could be run.
    private static bool Misses(Reading next, YamlMap rest, string path, string key) =>
        !rest.Entries.ContainsKey(key) && next.Errors.All.Any(error => error.Path == path);

    private static string NameOf(YamlMap item) =>
        item.Entries.TryGetValue("name", out var entry) && entry.Value is YamlScalar name ? name.Value : "";

    /// <summary>The key of the mapping that an error is about; null where it is about the mapping.</summary>
    private static string? KeyOf(ConfigurationError error, string path, YamlMap item)
    {
        if (!error.Path.StartsWith(path + ".", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = error.Path[(path.Length + 1)..];
        return item.Entries.Keys.Where(key => rest == key || rest.StartsWith(key + ".", StringComparison.Ordinal)
            || rest.StartsWith(key + "[", StringComparison.Ordinal)).MaxBy(key => key.Length);
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
        YamlScalar { Value: var text } => IsClear(text.Replace("$${", "${", StringComparison.Ordinal), secrets) ? [("", node.Where)] : [],
        YamlList list => list.Items.SelectMany(item => Clear(item, secrets)),
        YamlMap map => map.Entries.Where(entry => entry.Key is not ("name" or "kind" or "expect" or "warn")).SelectMany(entry =>
            Clear(entry.Value.Value, secrets).Select(found => ($"{entry.Key}.{found.Path}".TrimEnd('.'), found.Where))),
        _ => [],
    };

    private static bool IsClear(string text, IReadOnlyCollection<string> secrets) =>
        !text.Contains("${env:", StringComparison.Ordinal) && !text.Contains("${file:", StringComparison.Ordinal)
        && secrets.Any(secret => text == secret || (secret.Length >= ShortestPart && text.Contains(secret, StringComparison.Ordinal)));

    private sealed record Reading(ConfigurationErrors Errors, IReadOnlyCollection<string> Secrets);
}
