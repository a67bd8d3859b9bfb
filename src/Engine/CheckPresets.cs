using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Files;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent;

/// <summary>
/// Presets: kinds of checks that are data. Each is another kind under a name of its own, with a path and conditions that hold as if the
/// operator had written them.
/// </summary>
public static class CheckPresets
{
    private static readonly Setting<string> Name = Setting.RequiredText("name", "the name in `kind:`");
    private static readonly Setting<string> Kind = Setting.RequiredText("kind", "the kind that runs its checks");
    private static readonly Setting<string> Description = Setting.RequiredText("description", "what a pass proves, one sentence");
    private static readonly Setting<Tier?> DefaultTier = Setting.OneOf("tier", "the tier of checks that name none", TierNames.Tiers);
    private static readonly Setting<string?> UrlPath = Setting.Text("path", "what is appended to a URL without a path");
    private static readonly Setting<string?> Example = Setting.Text("example", "the settings of an example");

    private static readonly IReadOnlyList<Setting> All =
        [Name, Kind, Description, DefaultTier, UrlPath, CheckSettings.Expect, CheckSettings.Warn, Example];

    /// <summary>Reads presets, for <c>AddKinds</c>.</summary>
    /// <param name="yaml">A mapping with one key, <c>presets</c>: a list of mappings with <c>name</c>, <c>kind</c>, <c>description</c> and
    /// perhaps <c>tier</c>, <c>path</c>, <c>expect</c>, <c>warn</c> and <c>example</c>.</param>
    /// <param name="kinds">The kinds that presets may be made of, such as <c>CheckKinds.All</c>.</param>
    /// <returns>A kind for each.</returns>
    /// <exception cref="FormatException">It cannot be read; the message has one line per error.</exception>
    public static IReadOnlyList<CheckKind> Read(string yaml, params IEnumerable<CheckKind> kinds)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var (index, errors, presets) = (new KindIndex(kinds), new ConfigurationErrors("presets"), (IReadOnlyList<CheckKind>)[]);
        if (YamlTree.Read(yaml, errors) is { } root)
        {
            var names = index.Names.ToHashSet(StringComparer.Ordinal);
            var list = Setting.Sections("presets", "the presets", All, preset => Of(preset, index, names));
            var file = new SettingsReader(root, errors, new Substitution(static _ => null, new FilesRead()));
            file.Declare([list]);
            presets = [.. file.Get(list).OfType<CheckKind>()];
            file.RejectUnknownKeys();
            if (!errors.Any && !file.Has(list.Name))
            {
                file.Reject(list, "'presets' is required");
            }
        }

        return errors.Any ? throw new FormatException(string.Join('\n', errors.ToLines())) : presets;
    }

    private static CheckKind? Of(SettingsReader preset, KindIndex kinds, HashSet<string> names)
    {
        CheckName.RejectBad(preset, Name, preset.Get(Name));
        if (preset.Get(Name).Length > 0 && !names.Add(preset.Get(Name)))
        {
            preset.Reject(Name, $"there is a kind '{preset.Get(Name)}' already");
        }

        if (kinds.Find(preset.Get(Kind)) is not { } kind)
        {
            preset.Reject(Kind, $"there is no kind '{preset.Get(Kind)}'{Suggestion.For(preset.Get(Kind), kinds.Names)}");
            return null;
        }

        if (kind.Preset is { } other)
        {
            preset.Reject(Kind, $"'{kind.Name}' is a preset itself; write the kind that it is made of, '{other.Kind.Name}'");
            return null;
        }

        var path = preset.Get(UrlPath)?.TrimStart('/') ?? "";
        RejectBad(preset, kind, path);
        return kind with
        {
            Name = preset.Get(Name),
            Description = preset.Get(Description),
            DefaultTier = preset.Get(DefaultTier) ?? kind.DefaultTier,
            DefaultExpect = Conditions(preset, CheckSettings.Expect, kind),
            DefaultWarn = Conditions(preset, CheckSettings.Warn, kind),
            Example = preset.Get(Example) ?? kind.Example,
            Preset = new Preset(kind, path),
            Plan = context => kind.Plan(context.At(path)),
        };
    }

    private static void RejectBad(SettingsReader preset, CheckKind kind, string path)
    {
        if (path.Length > 0 && kind.Settings.All(static setting => setting.Name != "url"))
        {
            preset.Reject(UrlPath, $"the kind '{kind.Name}' has no url that it could be appended to");
        }
        else if (path.AsSpan().ContainsAny('?', '#') || path.Contains("://", StringComparison.Ordinal))
        {
            preset.Reject(UrlPath, "only a path is appended to the URL; a query is written in the check's url");
        }
    }

    private static IReadOnlyList<string> Conditions(SettingsReader preset, Setting<IReadOnlyList<LocatedText>> setting, CheckKind kind)
    {
        var written = preset.Get(setting);
        foreach (var condition in written)
        {
            if (ConditionParser.Parse(condition.Text, kind.Values, out var error) is null)
            {
                preset.Reject(setting, condition, error!);
            }
        }

        return [.. written.Select(condition => condition.Text)];
    }
}
