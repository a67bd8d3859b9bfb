using System.CommandLine;
using System.Text.RegularExpressions;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>A check whose settings are options, without a file.</summary>
/// <param name="Agent">The plan with the one check; null where something is wrong.</param>
/// <param name="Errors">What is wrong, a line each.</param>
/// <param name="Notes">What is worth knowing.</param>
internal sealed partial record CommandLineCheck(AgentPlan? Agent, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes)
{
    private const string Source = "the command line";

    /// <summary>Plans what was written.</summary>
    /// <param name="options">The options of the kind.</param>
    /// <param name="parsed">What was written.</param>
    /// <param name="url">What was written as <c>--url</c> where the kind has no setting of that name; null where nothing was.</param>
    /// <param name="kinds">The kinds.</param>
    /// <param name="environment">The environment variables.</param>
    public static CommandLineCheck Of(
        KindOptions options, ParseResult parsed, string? url, KindIndex kinds, Func<string, string?> environment)
    {
        if (options.Inexpressible is { } missing)
        {
            return new CommandLineCheck(
                null, [$"--kind: {options.Kind.Name} needs '{missing}', which has no option; write it in a file"], []);
        }

        var errors = new ConfigurationErrors(Source);
        var map = options.ToMap(parsed, errors);
        var entries = map.Entries.ToDictionary(StringComparer.Ordinal);
        string? named = null;
        if (url is not null)
        {
            named = AddUrl(options.Kind, url, entries, errors);
        }

        entries["name"] = Entry(options.Kind.Name);
        entries["kind"] = Entry(options.Kind.Name);
        if (TimeoutOf(entries) is { } timeout && timeout > Timing.BuiltIn.Interval)
        {
            // A single run has no interval that it could exceed.
            entries["interval"] = entries["timeout"];
        }

        var settings = new SettingsReader(map with { Entries = entries }, errors, new Substitution(environment, new FilesRead()));
        var written = new AgentOptions { Checks = [CheckSettings.Read(settings)] };
        var check = Planner.Plan(written, kinds, errors)[0];
        var agent = AgentPlan.Resolve(Source, written, kinds, static _ => null, errors);
        var lines = errors.ToOptionLines(path => path == named ? "url" : path);
        return lines.Count > 0 || check.Resolve is null
            ? new CommandLineCheck(null, lines, [])
            : new CommandLineCheck(
                agent with { Checks = [check.Resolve(agent.Defaults)] }, [], [.. NotesOn(options, parsed, url, settings)]);

        static TimeSpan? TimeoutOf(Dictionary<string, YamlEntry> entries) =>
            entries.TryGetValue("timeout", out var entry) && entry.Value is YamlScalar { Value: var text }
            && Units.TryParseDuration(text, out var timeout) ? timeout : null;
    }

    /// <summary>Writes the URL into the setting that takes it, whose name this returns.</summary>
    private static string? AddUrl(CheckKind kind, string url, Dictionary<string, YamlEntry> entries, ConfigurationErrors errors)
    {
        if (TargetUrl.Of(url) is not { } target || target.Kind != kind.Name)
        {
            errors.Add(default, "url", $"kind {kind.Name} does not take a URL of this scheme; see check --kind {kind.Name} --help");
            return null;
        }

        if (!entries.TryAdd(target.Setting, Entry(target.ValueIn(url))))
        {
            errors.Add(default, "url", $"write either --url or --{target.Setting}");
        }

        return target.Setting;
    }

    /// <summary>Other users of the machine see the arguments of a process, and shells keep them.</summary>
    private static IEnumerable<string> NotesOn(KindOptions options, ParseResult parsed, string? url, SettingsReader settings)
    {
        var written = url is null ? options.Written(parsed) : options.Written(parsed).Append((Path: "url", Text: url));
        return written
            .Where(it => settings.Secrets.Any(secret => Reference().Replace(it.Text, "").Contains(secret, StringComparison.Ordinal)))
            .Select(static it => it.Path).Distinct(StringComparer.Ordinal)
            .Select(static path =>
                $"note: --{path} holds a secret, which others on this machine can see while this runs, and the shell's history keeps; "
                + "write '${env:NAME}' or '${file:PATH}' in its place");
    }

    private static YamlEntry Entry(string text) => YamlEntry.Of(YamlScalar.Quoted(text));

    [GeneratedRegex(@"\$\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
