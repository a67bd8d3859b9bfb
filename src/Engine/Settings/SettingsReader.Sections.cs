using System.Globalization;
using HealthAgent.Yaml;

namespace HealthAgent.Settings;

// Mappings within this one, and all that is written in it as text.
public sealed partial class SettingsReader
{
    private const int LongestName = 128;

    /// <summary>A mapping of texts, such as labels or headers. Empty when not written.</summary>
    internal IReadOnlyDictionary<string, string> Map(string key)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Section(key) is { } section)
        {
            foreach (var name in section.Keys)
            {
                texts[name] = section.Text(name) ?? "";
            }
        }

        return texts;
    }

    /// <summary>Whether a mapping is written under a key.</summary>
    internal bool IsSection(string key) => Find(key) is YamlMap;

    /// <summary>A mapping within this one, read by a reader of its own; null when not written.</summary>
    internal SettingsReader? Section(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMap section:
                return Inner(section, PathOf(key), _confidential, ShapeOf(key)?.Values?.Captured);
            default:
                Reject(key, "a mapping is expected here");
                return null;
        }
    }

    /// <summary>A list of mappings, each read by a reader whose path names the item by its <c>name</c> or its position.</summary>
    internal IReadOnlyList<SettingsReader> Sections(string key)
    {
        var node = Find(key);
        if (node is not null and not YamlList)
        {
            Reject(key, "a list is expected here");
            return [];
        }

        var sections = new List<SettingsReader>();
        foreach (var (index, item) in ((node as YamlList)?.Items ?? []).Index())
        {
            if (item is YamlMap section)
            {
                // A text that no name may have would be repeated with each error.
                var name = section.Entries.TryGetValue("name", out var entry)
                    && entry.Value is YamlScalar { Value.Length: <= LongestName } scalar
                    ? scalar.Value
                    : index.ToString(CultureInfo.InvariantCulture);
                sections.Add(Inner(section, PathOf($"{key}[{name}]"), new Confidential(_confidential)));
            }
            else
            {
                _errors.Add(item.Where, PathOf($"{key}[{index}]"), "a mapping is expected here");
            }
        }

        return sections;
    }

    /// <summary>The mappings under free names in a mapping within this one, each read by a reader with secrets of its own.</summary>
    internal IReadOnlyList<(string Name, SettingsReader Settings)> Named(string key)
    {
        var sections = new List<(string, SettingsReader)>();
        foreach (var (name, entry) in Section(key)?._map.Entries ?? new Dictionary<string, YamlEntry>(StringComparer.Ordinal))
        {
            if (entry.Value is YamlMap section)
            {
                sections.Add((name, Inner(section, PathOf($"{key}.{PlainText.Cut(name, LongestName)}"), new Confidential(_confidential))));
            }
            else if (!IsPassedOver(name))
            {
                _errors.Add(entry.Value.Where, PathOf($"{key}.{PlainText.Cut(name, LongestName)}"), "a mapping is expected here");
            }
        }

        return sections;
    }

    /// <summary>A list of texts and mappings, of each of which one is given; a single one is a list of one.</summary>
    internal IReadOnlyList<(LocatedText Text, SettingsReader? Section)> TextsOrSections(string key)
    {
        var node = Find(key);
        var found = new List<(LocatedText, SettingsReader?)>();
        foreach (var (index, item) in (node is YamlList list ? list.Items : node is null ? [] : [node]).Index())
        {
            if (item is YamlMap section)
            {
                found.Add((default, Inner(section, PathOf($"{key}[{index}]"), new Confidential(_confidential))));
            }
            else if (ReadScalar(item, key) is { } text)
            {
                found.Add((new LocatedText(item.Where, text), null));
            }
        }

        return found;
    }

    /// <summary>
    /// All that is written here with substitutions made, in texts that are the same whenever it means the same: comments,
    /// quotes and the order of keys make no difference.
    /// </summary>
    /// <param name="except">A key that does not count.</param>
    internal IEnumerable<string> Canonical(string except) => CanonicalText.Of(Counting(except), _substitution);

    /// <summary>The same with a fixed mark for every credential. Complete when all settings have been read.</summary>
    /// <param name="except">A key that does not count.</param>
    internal IEnumerable<string> CanonicalWithoutCredentials(string except) =>
        CanonicalText.Of(Counting(except), _substitution, _confidential);

    private YamlMap Counting(string except) => _map with
    {
        Entries = _map.Entries.Where(entry => !IsPassedOver(entry.Key) && entry.Key != except).ToDictionary(StringComparer.Ordinal),
    };
}
