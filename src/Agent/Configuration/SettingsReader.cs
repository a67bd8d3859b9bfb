using System.Globalization;

namespace HealthAgent.Configuration;

/// <summary>
/// Reads one mapping of the file, key by key, with its type. What is wrong is noted with its place and reading goes on;
/// every key asked for is a known key, so <see cref="RejectUnknownKeys"/> needs no list of its own.
/// </summary>
internal sealed class SettingsReader(YamlMap map, string path, ConfigurationErrors errors, Substitution substitution)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    /// <summary>What was read here and must not be shown.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>The host that the settings name, once <see cref="TalksTo"/> was told; null when they name none.</summary>
    public string? Host { get; private set; }

    /// <summary>What is read here, such as <c>checks[orders-db]</c>.</summary>
    public string Path => path;

    /// <summary>Where it stands.</summary>
    public Location Where => map.Where;

    /// <summary>Whether a key is written, with a value other than null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Notes an error about a key, at its value, or at the mapping where it is missing.</summary>
    public void Reject(string key, string message) =>
        errors.Add(Find(key)?.Where ?? map.Where, key.Length == 0 ? path : $"{path}.{key}".TrimStart('.'), message);

    /// <summary>A text, with substitutions made; null when not written.</summary>
    public string? Text(string key) => Find(key) is { } node ? ReadScalar(node, key) : null;

    /// <summary>A text that must be written and not be empty; empty, with an error, when it is not.</summary>
    public string RequiredText(string key)
    {
        var node = Find(key);
        var text = node is null ? null : ReadScalar(node, key);
        if (node is null || text?.Length == 0)
        {
            Reject(key, $"'{key}' is required");
        }

        return text ?? "";
    }

    /// <summary>A text that no surface may ever show.</summary>
    public string? Secret(string key)
    {
        var secret = Text(key);
        Conceal(secret);
        return secret;
    }

    /// <summary>Marks a part of a setting, such as the password in a connection string, as never to be shown.</summary>
    public void Conceal(string? secret)
    {
        if (!string.IsNullOrEmpty(secret))
        {
            _secrets.Add(secret);
        }
    }

    /// <summary>Notes the host that the settings name; of several, the first counts.</summary>
    public void TalksTo(string? host) => Host ??= host;

    /// <summary>
    /// All that is written here with substitutions made, in texts that are the same whenever it means the same: comments,
    /// quotes and the order of keys make no difference.
    /// </summary>
    public IEnumerable<string> Canonical() => Canonical(map);

    /// <summary>A duration such as <c>1m30s</c>, within bounds.</summary>
    public TimeSpan? Duration(string key, TimeSpan least = default, TimeSpan? most = null)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (!Units.TryParseDuration(text, out var duration))
        {
            Reject(key, $"'{text}' is not a duration; write a number with ms, s, m, h or d, such as 500ms, 10s, 1m30s");
            return null;
        }

        if (duration < least)
        {
            Reject(key, $"{text} is too short; {Units.Format(least)} is the least");
            return null;
        }

        if (duration > most)
        {
            Reject(key, $"{text} is too long; {Units.Format(most.Value)} is the most");
            return null;
        }

        return duration;
    }

    /// <summary>A size such as <c>10MiB</c>, in bytes.</summary>
    public double? Size(string key) => Parsed(key, Units.TryParseSize, "a size; write a number with B, KiB, MiB or GiB, such as 10MiB");

    /// <summary>A share such as <c>99.9%</c>, as 0.999: more than nothing and less than all.</summary>
    public double? Share(string key) => Parsed(key, Units.TryParseShare, "a share above 0% and below 100%; write one such as 99.9%");

    /// <summary>A whole number within bounds.</summary>
    public int? Integer(string key, int least, int most = int.MaxValue)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            Reject(key, $"'{text}' is not a whole number {(most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}")}");
            return null;
        }

        return number;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool? Boolean(string key)
    {
        var text = Text(key);
        if (text is not (null or "true" or "false"))
        {
            Reject(key, $"'{text}' is neither true nor false");
        }

        return text switch { "true" => true, "false" => false, _ => null };
    }

    private delegate bool TryParse(ReadOnlySpan<char> text, out double number);

    private double? Parsed(string key, TryParse parse, string remedy)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (parse(text, out var number))
        {
            return number;
        }

        Reject(key, $"'{text}' is not {remedy}");
        return null;
    }

    /// <summary>One of the words given, found by its spelling.</summary>
    public T? OneOf<T>(string key, IReadOnlyDictionary<string, T> words) where T : struct
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        Reject(key, $"'{text}' is not valid{Suggestion.For(text, words.Keys)}");
        return null;
    }

    /// <summary>A list of texts; a single text is a list of one. Empty when not written.</summary>
    public IReadOnlyList<LocatedText> Texts(string key)
    {
        var node = Find(key);
        var items = node is YamlList list ? list.Items : node is null ? [] : [node];
        var texts = new List<LocatedText>(items.Count);
        foreach (var item in items)
        {
            if (ReadScalar(item, key) is { } text)
            {
                texts.Add(new LocatedText(item.Where, text));
            }
        }

        return texts;
    }

    /// <summary>A mapping of texts, such as labels or headers. Empty when not written.</summary>
    public IReadOnlyDictionary<string, string> Map(string key)
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

    /// <summary>A mapping within this one, read by a reader of its own; null when not written.</summary>
    public SettingsReader? Section(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMap section:
                return new SettingsReader(section, $"{path}.{key}".TrimStart('.'), errors, substitution);
            default:
                Reject(key, "a mapping is expected here");
                return null;
        }
    }

    /// <summary>A list of mappings, each read by a reader whose path names the item by its <c>name</c> or its position.</summary>
    public IReadOnlyList<SettingsReader> Sections(string key)
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
                var name = section.Entries.TryGetValue("name", out var entry) && entry.Value is YamlScalar scalar
                    ? scalar.Value
                    : index.ToString(CultureInfo.InvariantCulture);
                sections.Add(new SettingsReader(section, $"{path}.{key}[{name}]".TrimStart('.'), errors, substitution));
            }
            else
            {
                errors.Add(item.Where, $"{path}.{key}[{index}]".TrimStart('.'), "a mapping is expected here");
            }
        }

        return sections;
    }

    /// <summary>Notes an error at every key that nothing asked for.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var (key, entry) in map.Entries)
        {
            if (!_asked.Contains(key))
            {
                errors.Add(entry.KeyWhere, $"{path}.{key}".TrimStart('.'), $"unknown key{Suggestion.For(key, _asked)}");
            }
        }
    }

    private IEnumerable<string> Keys => map.Entries.Keys;

    private IEnumerable<string> Canonical(YamlNode node) => node switch
    {
        YamlMap mapping => mapping.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => Canonical(entry.Value.Value).Prepend(entry.Key)).Prepend("{").Append("}"),
        YamlList list => list.Items.SelectMany(Canonical).Prepend("[").Append("]"),
        YamlScalar { IsNull: false } scalar => ["=", substitution.Apply(scalar.Value, out _) ?? ""],
        _ => ["~"],
    };

    private YamlNode? Find(string key)
    {
        _asked.Add(key);
        return map.Entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true } ? entry.Value : null;
    }

    private string? ReadScalar(YamlNode node, string key)
    {
        if (node is not YamlScalar scalar)
        {
            errors.Add(node.Where, $"{path}.{key}".TrimStart('.'), $"a single value is expected here, not a {(node is YamlList ? "list" : "mapping")}");
            return null;
        }

        var value = substitution.Apply(scalar.Value, out var error, fromFile: Conceal);
        if (error is not null)
        {
            errors.Add(scalar.Where, $"{path}.{key}".TrimStart('.'), error);
        }

        return value;
    }
}

/// <summary>A text with its place, for errors found later.</summary>
internal readonly record struct LocatedText(Location Where, string Text);
