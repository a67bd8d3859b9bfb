using System.CommandLine;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>
/// The settings of a kind as options, from their declarations: nested ones with dots, lists and mappings repeatable, the latter as
/// <c>NAME: VALUE</c>.
/// </summary>
internal sealed class KindOptions
{
    // Of the settings of all checks, those that mean something to a single run.
    private static readonly string[] OfAllChecks = ["timeout", "retries", "expect", "warn"];

    private readonly Dictionary<string, Option> _byPath = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Setting> _settings;

    public KindOptions(CheckKind kind)
    {
        Kind = kind;
        _settings = [.. kind.Settings, .. CheckSettings.All.Where(setting => OfAllChecks.Contains(setting.Name, StringComparer.Ordinal))];
        Declare(_settings, "");
    }

    /// <summary>The kind.</summary>
    public CheckKind Kind { get; }

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => _byPath.Values;

    /// <summary>Whether there is an option for a setting, by its path.</summary>
    public bool Has(string path) => _byPath.ContainsKey(path);

    /// <summary>A required setting that cannot be written as an option; null where there is none.</summary>
    public string? Inexpressible => _settings.FirstOrDefault(setting => setting.IsRequired && !Has(setting.Name))?.Name;

    /// <summary>What was written, as texts.</summary>
    public IEnumerable<(string Path, string Text)> Written(ParseResult parsed) =>
        from pair in _byPath
        from text in Values(parsed, pair.Value) ?? []
        select (pair.Key, text);

    /// <summary>What was written, as a mapping of a file would have it.</summary>
    public YamlMap ToMap(ParseResult parsed, ConfigurationErrors errors) => ToMap(_settings, "", parsed, errors);

    private void Declare(IReadOnlyList<Setting> settings, string section)
    {
        foreach (var setting in settings)
        {
            var path = section + setting.Name;
            if (setting.Shape.Settings is { } nested)
            {
                Declare(nested, $"{path}.");
            }

            // A list of mappings has no form that a shell would not spoil.
            if (IsSingle(setting.Shape) && setting.Shape.Items is null or { Settings: null })
            {
                _byPath.TryAdd(path, ToOption(path, setting));
            }
        }
    }

    private static Option ToOption(string path, Setting setting)
    {
        var shape = setting.Shape;
        Option option = shape.Values is not null || shape.Items is not null
            ? new Option<string[]>($"--{path}") { Arity = ArgumentArity.OneOrMore }
            : new Option<string>($"--{path}") { Arity = IsFlag(shape) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne };
        option.Description = Describe(setting);
        option.HelpName = shape.Values is not null ? "NAME: VALUE"
            : shape.Words.Count > 0 ? string.Join('|', shape.Words)
            : (shape.Items ?? shape).Name.Replace(" or mapping", "", StringComparison.Ordinal).ToUpperInvariant();
        if (shape.Values is not null && path.EndsWith('s'))
        {
            option.Aliases.Add($"--{path[..^1]}");
        }

        return option;
    }

    // In a terminal, the first of what the documentation says of it.
    private static string Describe(Setting setting) =>
        PlainMarkdown.Of(setting.Description.Split("; ")[0])
        + (setting.IsRequired ? " (required)" : setting.Default is { } value ? $" (default: {value})" : "");

    private static bool IsFlag(SettingShape shape) => shape.Pattern == SettingShape.Boolean.Pattern;

    /// <summary>Whether it may be something else than a mapping with settings of its own.</summary>
    private static bool IsSingle(SettingShape shape) => shape.Settings is null || shape.Types.Any(static type => type != "object");

    private YamlMap ToMap(IReadOnlyList<Setting> settings, string section, ParseResult parsed, ConfigurationErrors errors)
    {
        var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var path = section + setting.Name;
            if (_byPath.TryGetValue(path, out var known) && Values(parsed, known) is { } texts)
            {
                entries[setting.Name] = YamlEntry.Of(ToNode(path, setting.Shape, texts, errors));
            }

            if (setting.Shape.Settings is { } nested
                && ToMap(nested, $"{path}.", parsed, errors) is { Entries.Count: > 0 } map
                && !entries.TryAdd(setting.Name, YamlEntry.Of(map)))
            {
                errors.Add(default, path, $"write either --{path} or --{path}.{map.Entries.First().Key}");
            }
        }

        return new YamlMap(default, entries);
    }

    private static YamlNode ToNode(string path, SettingShape shape, string[] texts, ConfigurationErrors errors)
    {
        if (shape.Items is not null)
        {
            return new YamlList(default, [.. texts.Select(YamlScalar.Quoted)]);
        }

        if (shape.Values is null)
        {
            return YamlScalar.Quoted(texts is [var text, ..] ? text : "true");
        }

        var pairs = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var end = text.AsSpan().IndexOfAny(':', '=');
            if (end <= 0)
            {
                errors.Add(default, path, "this is no pair; write 'NAME: VALUE'");
            }
            else if (!pairs.TryAdd(text[..end].Trim(), YamlEntry.Of(YamlScalar.Quoted(text[(end + 1)..].Trim()))))
            {
                errors.Add(default, path, $"'{text[..end].Trim()}' is written twice");
            }
        }

        return new YamlMap(default, pairs);
    }

    private static string[]? Values(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false } result ? [.. result.Tokens.Select(static token => token.Value)] : null;
}
