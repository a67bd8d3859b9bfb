using System.Text;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>A check, module or window that was taken over; or not, where there is no <paramref name="Map"/>.</summary>
/// <param name="Title">What it was called.</param>
/// <param name="Where">Where it stood.</param>
/// <param name="Map">What it became.</param>
/// <param name="Notes">What could not be taken over of it.</param>
internal sealed record ImportedItem(string Title, Location Where, YamlMap? Map, IReadOnlyList<ImportNote> Notes);

/// <summary>What an import made.</summary>
internal sealed record ImportedFile
{
    private static readonly string[] First = ["name", "kind", "enabled", "group", "labels", "dependsOn"];

    private static readonly string[] Last =
        ["interval", "timeout", "retryInterval", "failureThreshold", "successThreshold", "expect", "warn"];

    /// <summary>The name of the file that it was made of.</summary>
    public required string Source { get; init; }

    /// <summary>What it was made from, in words.</summary>
    public required string From { get; init; }

    /// <summary>What is said of the file as a whole.</summary>
    public IReadOnlyList<ImportNote> Notes { get; init; } = [];

    /// <summary>The timing of all checks.</summary>
    public YamlMap? Defaults { get; init; }

    /// <summary>The modules of <c>/probe</c>; null where there is none of it.</summary>
    public IReadOnlyList<ImportedItem>? Modules { get; init; }

    /// <summary>The targets that may be asked for by <c>/probe</c>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The addresses that are not public and may be probed.</summary>
    public IReadOnlyList<string> AllowAddresses { get; init; } = [];

    /// <summary>The checks.</summary>
    public IReadOnlyList<ImportedItem> Checks { get; init; } = [];

    /// <summary>The maintenance windows.</summary>
    public IReadOnlyList<ImportedItem> Maintenance { get; init; } = [];

    /// <summary>All that could not be taken over, a line each, in the order of the input.</summary>
    public IEnumerable<string> Lines() =>
        Notes.Concat((Modules ?? []).Concat(Checks).Concat(Maintenance).SelectMany(item => item.Notes))
            .OrderBy(note => note.Source == Source ? 0 : 1).ThenBy(note => note.Where.Line).Select(note => note.ToString())
            .Distinct(StringComparer.Ordinal);

    /// <summary>The configuration.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder($"# Made from {Source} ({From}) by health-agent import.\n");
        text.Append("# What could not be taken over stands in comments beside what it is about.\n");
        AppendNotes(text, Notes, "");
        if (Defaults is { Entries.Count: > 0 })
        {
            text.Append('\n').Append(YamlText.Of(new Draft(default).Add("defaults", Defaults).Map));
        }

        if (Modules is not null)
        {
            AppendModules(text, Modules);
        }

        AppendItems(text, "checks", Checks);
        if (Maintenance.Any(window => window.Map is not null))
        {
            AppendItems(text, "maintenance", Maintenance);
        }
        else
        {
            AppendNotes(text, [.. Maintenance.SelectMany(window => window.Notes)], "");
        }

        return text.ToString();
    }

    private void AppendModules(StringBuilder text, IReadOnlyList<ImportedItem> modules)
    {
        text.Append("\nprobe:\n");
        var allowed = new Draft(default);
        AppendAll("targets", Targets);
        AppendAll("allowAddresses", AllowAddresses);
        Indent(text, YamlText.Of(allowed.Map), "  ", "  ");
        text.Append(modules.Any(module => module.Map is not null) ? "  modules:\n" : "  modules: {}\n");
        foreach (var module in modules)
        {
            AppendNotes(text, module.Notes, "    ");
            if (module.Map is { } map)
            {
                Indent(text, YamlText.Of(new Draft(default).Add(module.Title, Ordered(map)).Map), "    ", "    ");
            }
        }

        void AppendAll(string key, IReadOnlyList<string> items)
        {
            foreach (var item in items)
            {
                allowed.Append(key, default, item);
            }
        }
    }

    private static void AppendItems(StringBuilder text, string section, IReadOnlyList<ImportedItem> items)
    {
        text.Append(items.Any(item => item.Map is not null) ? $"\n{section}:\n" : $"\n{section}: []\n");
        foreach (var (index, item) in items.Index())
        {
            text.Append(index > 0 ? "\n" : "").Append("  # ").Append(PlainText.Line(item.Title)).Append('\n');
            AppendNotes(text, item.Notes, "  ");
            if (item.Map is { } map)
            {
                Indent(text, YamlText.Of(Ordered(map)), "  - ", "    ");
            }
        }
    }

    /// <summary>The keys in the order in which people write them: what it is, what it does, when, and what is expected.</summary>
    private static YamlMap Ordered(YamlMap map) => map with
    {
        Entries = new OrderedDictionary<string, YamlEntry>(map.Entries.OrderBy(entry => Array.IndexOf(First, entry.Key) is var rank and >= 0
            ? rank : First.Length + Array.IndexOf(Last, entry.Key) + 1), StringComparer.Ordinal),
    };

    private static void AppendNotes(StringBuilder text, IReadOnlyList<ImportNote> notes, string indentation)
    {
        foreach (var note in notes)
        {
            text.Append(indentation).Append("# ").Append(note).Append('\n');
        }
    }

    private static void Indent(StringBuilder text, string yaml, string first, string others)
    {
        foreach (var (index, line) in yaml.TrimEnd('\n').Split('\n').Index())
        {
            text.Append(index == 0 ? first : others).Append(line).Append('\n');
        }
    }
}
