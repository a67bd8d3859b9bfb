using System.Globalization;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>A mapping of ours while it is put together. Each value keeps the place in the input that it came from.</summary>
/// <param name="where">The place in the input.</param>
internal sealed class Draft(Location where)
{
    private readonly OrderedDictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>What was put together.</summary>
    public YamlMap Map => new(where, _entries);

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>Writes a node.</summary>
    public Draft Add(string key, YamlNode? node)
    {
        if (node is not null and not YamlList { Items.Count: 0 } and not YamlMap { Entries.Count: 0 })
        {
            _entries[key] = new YamlEntry(node.Where, node);
        }

        return this;
    }

    /// <summary>Writes all of a mapping.</summary>
    public Draft AddAll(YamlMap map) => map.Entries.Aggregate(this, static (draft, entry) => draft.Add(entry.Key, entry.Value.Value));

    /// <summary>Writes a text that came from somewhere; a reference in it is taken literally.</summary>
    public Draft Add(string key, YamlScalar? from, Func<string, string> text) =>
        from is null ? this : Add(key, Text(from.Where, text(from.Value)));

    /// <summary>Writes a text of our own making.</summary>
    public Draft Add(string key, string text) => Add(key, Text(where, text));

    /// <summary>Writes a duration.</summary>
    public Draft Add(string key, Location from, TimeSpan duration) => Add(key, Plain(from, Units.FormatExactly(duration)));

    /// <summary>Writes <c>true</c> where it holds.</summary>
    public Draft AddTrue(string key, Location from, bool isTrue) => isTrue ? Add(key, Plain(from, "true")) : this;

    /// <summary>Writes a number.</summary>
    public Draft Add(string key, Location from, int number) => Add(key, Plain(from, number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Writes an item at the end of a list.</summary>
    public Draft Append(string key, Location from, string item)
    {
        var items = _entries.TryGetValue(key, out var known) ? ((YamlList)known.Value).Items : [];
        _entries[key] = new YamlEntry(from, new YamlList(from, [.. items, Text(from, item)]));
        return this;
    }

    /// <summary>Writes an entry of a mapping, in place of one of the same name.</summary>
    public Draft Put(string key, string name, YamlNode value)
    {
        var entries = new OrderedDictionary<string, YamlEntry>(
            _entries.TryGetValue(key, out var entry) ? ((YamlMap)entry.Value).Entries : [], StringComparer.Ordinal)
        {
            [name] = new(value.Where, value),
        };
        _entries[key] = new YamlEntry(value.Where, new YamlMap(value.Where, entries));
        return this;
    }

    /// <summary>A reference is written so that it is none: what others write <c>${…}</c> means nothing to us.</summary>
    public static string Literally(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    /// <summary>A text, in quotes where it would be read as something else without them.</summary>
    public static YamlScalar Text(Location from, string text) => new(from, text, IsPlain: IsPlain(text));

    private static YamlScalar Plain(Location from, string text) => new(from, text, IsPlain: true);

    private static bool IsPlain(string text) => text.Length > 0 && PlainText.IsLine(text) && text.Trim().Length == text.Length
        && !double.TryParse(text, CultureInfo.InvariantCulture, out _)
        && text.ToLowerInvariant() is not ("~" or "null" or "true" or "false" or "yes" or "no" or "on" or "off");
}
