using System.Text;
using System.Text.RegularExpressions;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Reference;

/// <summary>
/// What can be written for checks and what they observe, as tables in Markdown: for the documentation and for <c>health-agent kinds</c>.
/// </summary>
internal static partial class KindReference
{
    private const int MostColumns = 132;

    /// <summary>The settings of all checks.</summary>
    public static string OfAllChecks() => Table(CheckSettings.All);

    /// <summary>The settings of all steps of scenarios.</summary>
    public static string OfAllSteps() => Table(StepSettings.All);

    /// <summary>The settings of a listener in its long form.</summary>
    public static string OfListeners() => Table(ListenerSettings.All);

    /// <summary>The settings of <c>access</c>, and of what is listed there.</summary>
    public static string OfAccess() => Table(AccessSettings.All, withItems: true);

    /// <summary>The settings of <c>probe</c>, and of its modules beside those of their kinds.</summary>
    public static string OfProbe()
    {
        var table = new StringBuilder(Table(ProbeSettings.All));
        Rows(table, "modules.NAME.", ProbeSettings.OfModules, withItems: false);
        return table.ToString();
    }

    /// <summary>Tier, default conditions and settings of a kind.</summary>
    public static string SettingsOf(CheckKind kind) =>
        Wrapped(TierOf(kind)) + "\n\n" + (kind.Settings.Count == 0 ? "It has no settings of its own.\n" : Table(kind.Settings));

    /// <summary>Tier and default conditions of a kind, in words.</summary>
    public static string TierOf(CheckKind kind) =>
        $"Tier unless written: `{kind.DefaultTier.Name()}`{(kind.DefaultTierNote is { } note ? $", {note}" : "")}. {Defaults(kind)}";

    /// <summary>Settings, those of sections too, and those of lists where asked for: name, type, default and meaning of each.</summary>
    public static IEnumerable<string[]> RowsOf(IReadOnlyList<Setting> settings, string section = "", bool withItems = false)
    {
        foreach (var setting in settings)
        {
            if (setting.Shape is not { Settings: not null, Types: ["object"] })
            {
                yield return [$"`{section}{setting.Name}`", TypeOf(setting.Shape), DefaultOf(setting), setting.Description];
            }

            var (nested, mark) = setting.Shape.Settings is { } own ? (own, ".") : (withItems ? setting.Shape.Items?.Settings : null, "[].");
            foreach (var row in RowsOf(nested ?? [], $"{section}{setting.Name}{mark}", withItems))
            {
                yield return row;
            }
        }
    }

    /// <summary>The values that a kind observes, beside the latency of all kinds: name, type and meaning of each.</summary>
    public static IEnumerable<string[]> RowsOf(CheckKind kind) => kind.Values.Where(value => value != CheckKind.Latency).Select(value =>
        (string[])[$"`{value.Name}`", value.Type.ToString().ToLowerInvariant() + (value.IsPhase ? " (phase)" : ""), value.Description]);

    /// <summary>The values that a kind observes, beside the latency of all kinds.</summary>
    public static string ValuesOf(CheckKind kind)
    {
        if (kind.Values.Count == 1)
        {
            return "Only `latency` is observed.\n";
        }

        var table = new StringBuilder("| value | type | meaning |\n|---|---|---|\n");
        foreach (var row in RowsOf(kind))
        {
            Row(table, row);
        }

        return table.ToString();
    }

    /// <summary>What presets make of other kinds.</summary>
    public static string OfPresets(IEnumerable<CheckKind> kinds)
    {
        var table = new StringBuilder("| kind | a pass proves | asks | tier | expects | warns at |\n|---|---|---|---|---|---|\n");
        foreach (var kind in kinds.Where(kind => kind.Preset is not null))
        {
            var (expect, warn) = (kind.DefaultExpect, kind.DefaultWarn);
            Row(table, $"`{kind.Name}`", kind.Description, $"`{kind.Preset!.Kind.Name}` `/{kind.Preset.Path}`", kind.DefaultTier.Name(),
                expect.Count > 0 ? List(expect) : "", warn.Count > 0 ? List(warn) : "");
        }

        return table.ToString();
    }

    /// <summary>All of a kind.</summary>
    public static string Of(CheckKind kind) =>
        $"{kind.Name}: {kind.Description}\n\n{PresetOf(kind)}{SettingsOf(kind)}\n{ValuesOf(kind)}\n"
        + StepsOf(kind)
        + $"Example:\n\n```yaml\n{ExampleOf(kind)}```\n";

    /// <summary>A whole configuration with one check of a kind.</summary>
    public static string ExampleOf(CheckKind kind) =>
        $"checks:\n  - name: {kind.Name}\n    kind: {kind.Name}\n"
        + string.Concat(kind.Example.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"    {line}\n"));

    /// <summary>What a preset is made of, in words; empty for other kinds.</summary>
    public static string PresetOf(CheckKind kind) => kind.Preset is not { } preset ? ""
        : $"A preset of the kind {preset.Kind.Name}, which has all these settings and values. "
            + $"A `url` without a path, or one that ends in `/`, is asked at `{preset.Path}`; any other is asked as it is written.\n\n";

    private static string StepsOf(CheckKind kind) => kind.Settings.Any(static setting => setting.Shape.Items?.Settings == StepSettings.All)
        ? $"A step has the settings of its kind and these:\n\n{OfAllSteps()}\n"
        : "";

    private static string Defaults(CheckKind kind) => (kind.DefaultExpect, kind.DefaultWarn) switch
    {
        ({ Count: 0 }, { Count: 0 }) => "It has no default conditions: what is not answered fails by itself.",
        (var expect, { Count: 0 }) => $"By default it expects {List(expect)}.",
        ({ Count: 0 }, var warn) => $"By default it warns at {List(warn)}.",
        var (expect, warn) => $"By default it expects {List(expect)}, and warns at {List(warn)}.",
    };

    private static string List(IReadOnlyList<string> conditions)
    {
        var quoted = conditions.Select(condition => $"`{condition}`").ToList();
        return quoted.Count == 1 ? quoted[0] : $"{string.Join(", ", quoted[..^1])} and {quoted[^1]}";
    }

    private static string Wrapped(string prose)
    {
        var text = new StringBuilder();
        var column = 0;
        foreach (var word in Words().Matches(prose).Select(match => match.Value))
        {
            var fits = column + 1 + word.Length <= MostColumns;
            text.Append(column == 0 ? "" : fits ? " " : "\n").Append(word);
            column = column > 0 && fits ? column + 1 + word.Length : word.Length;
        }

        return text.ToString();
    }

    // What is quoted as code is not broken.
    [GeneratedRegex("(`[^`]*`|[^ `])+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    private static string Table(IReadOnlyList<Setting> settings, bool withItems = false)
    {
        var table = new StringBuilder("| setting | type | default | meaning |\n|---|---|---|---|\n");
        Rows(table, "", settings, withItems);
        return table.ToString();
    }

    private static void Rows(StringBuilder table, string section, IReadOnlyList<Setting> settings, bool withItems)
    {
        foreach (var row in RowsOf(settings, section, withItems))
        {
            Row(table, row);
        }
    }

    private static string TypeOf(SettingShape shape) =>
        shape.Words.Count > 0 ? string.Join(", ", shape.Words.Select(word => $"`{word}`"))
        : shape != SettingShape.Conditions && (shape.Captured ?? shape.Values?.Captured) is not null
            ? $"{shape.Name}, [captured](scenarios.md#escaping)"
        : shape.Name;

    private static string DefaultOf(Setting setting) => setting switch
    {
        { IsRequired: true } => "required",
        { Default: { } value, DefaultNote: { } note } => $"`{value}`, {note}",
        { Default: { } value } => $"`{value}`",
        { DefaultNote: { } note } => note,
        _ => "none",
    };

    private static void Row(StringBuilder table, params IEnumerable<string> cells) =>
        table.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", @"\|", StringComparison.Ordinal))).Append(" |\n");
}
