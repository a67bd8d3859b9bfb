using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>
/// A mapping of somebody else's configuration, read key by key. What nobody asked for is reported in the end, so that no key is dropped
/// silently.
/// </summary>
/// <param name="map">The mapping.</param>
/// <param name="path">What it is called in reports; empty for the whole file.</param>
/// <param name="report">Where notes go.</param>
internal sealed class ForeignMap(YamlMap map, string path, ImportReport report)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Where it stands.</summary>
    public Location Where => map.Where;

    /// <summary>What it is called in reports.</summary>
    public string Path => path;

    /// <summary>The keys that are written, with a value other than null.</summary>
    public IEnumerable<string> Keys => map.Entries.Keys.Where(Has);

    /// <summary>The keys that nobody asked for yet.</summary>
    public IEnumerable<string> Untaken => Keys.Where(key => !_taken.Contains(key));

    /// <summary>The value of a key that is written, without having asked for it.</summary>
    public YamlNode Peek(string key) => map.Entries[key].Value;

    /// <summary>Whether a key is written, with a value other than null.</summary>
    public bool Has(string key) => map.Entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true };

    /// <summary>What a key is called in reports.</summary>
    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>The value of a key; null when not written.</summary>
    public YamlNode? Take(string key) => _taken.Add(key) | Has(key) && Has(key) ? map.Entries[key].Value : null;

    /// <summary>A single value; null when not written. Anything else is reported.</summary>
    public YamlScalar? Scalar(string key) => Fitting<YamlScalar>(key, "a single value");

    /// <summary>A single value as text; null when not written.</summary>
    public string? Text(string key) => Scalar(key)?.Value;

    /// <summary>Whether a key says yes.</summary>
    public bool Flag(string key, bool byDefault = false) =>
        Text(key)?.ToLowerInvariant() is { } text ? text is "true" or "1" or "yes" or "on" : byDefault;

    /// <summary>A list of single values; a single value is a list of one.</summary>
    public IReadOnlyList<YamlScalar> Scalars(string key)
    {
        if (Take(key) is not { } node)
        {
            return [];
        }

        var items = node is YamlList list ? list.Items : [node];
        foreach (var item in items.Where(static item => item is not YamlScalar))
        {
            report.Add(item.Where, PathOf(key), "single values are expected here; not taken over");
        }

        return [.. items.OfType<YamlScalar>()];
    }

    /// <summary>The last of a list of single values; null when there is none.</summary>
    public YamlScalar? Last(string key) => Scalars(key) is [.., var last] ? last : null;

    /// <summary>A mapping within this one; null when not written.</summary>
    public ForeignMap? Map(string key) =>
        Fitting<YamlMap>(key, "a mapping") is { } inner ? new ForeignMap(inner, PathOf(key), report) : null;

    /// <summary>
    /// A list of mappings, or the values of a mapping; each is called by its <paramref name="name"/> or its position.
    /// </summary>
    public IReadOnlyList<ForeignMap> Maps(string key, string name = "name")
    {
        var maps = new List<ForeignMap>();
        var node = Take(key);
        var items = node switch
        {
            null => [],
            YamlList list => list.Items.Select((item, index) => (Key: $"{index}", Item: item)),
            YamlMap values => values.Entries.Select(entry => (entry.Key, Item: entry.Value.Value)),
            _ => [(Key: "", Item: node)],
        };
        foreach (var (index, item) in items)
        {
            if (item is YamlMap inner)
            {
                var title = inner.Entries.GetValueOrDefault(name)?.Value as YamlScalar;
                var called = title?.Value is { Length: > 0 and < 128 } text ? text : index;
                maps.Add(new ForeignMap(inner, $"{PathOf(key)}[{called}]", report));
            }
            else
            {
                report.Add(item.Where, $"{PathOf(key)}[{index}]", "a mapping is expected here; not taken over");
            }
        }

        return maps;
    }

    /// <summary>Reports a key that is written, and why it is not taken over.</summary>
    public void Refuse(string key, string message)
    {
        if (Has(key))
        {
            report.Add(PlaceOf(key), PathOf(key), message);
        }

        _taken.Add(key);
    }

    /// <summary>Passes over keys that say nothing of what is checked.</summary>
    public void PassOver(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            _taken.Add(key);
        }
    }

    /// <summary>Reports something about this mapping as a whole.</summary>
    public void Note(string message) => report.Add(Where, path, message);

    /// <summary>Reports something about a part of this mapping.</summary>
    public void Note(Location where, string key, string message) => report.Add(where, PathOf(key), message);

    /// <summary>Reports every key that nobody asked for.</summary>
    /// <param name="why">Why it is not taken over.</param>
    public void RefuseRest(string why = "this import does not know it; not taken over")
    {
        foreach (var key in Untaken.ToList())
        {
            Refuse(key, why);
        }
    }

    /// <summary>Where a key stands.</summary>
    public Location PlaceOf(string key) => map.Entries.TryGetValue(key, out var entry) ? entry.KeyWhere : Where;

    private T? Fitting<T>(string key, string expected)
        where T : YamlNode
    {
        var node = Take(key);
        if (node is not null and not T)
        {
            report.Add(PlaceOf(key), PathOf(key), $"{expected} is expected here; not taken over");
        }

        return node as T;
    }
}
