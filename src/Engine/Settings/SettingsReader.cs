using System.Globalization;
using HealthAgent.Yaml;

namespace HealthAgent.Settings;

/// <summary>
/// Reads one mapping of the file. What is wrong is noted with its place and reading goes on. Once its settings are
/// declared, only those may be read, and every other key is an error.
/// </summary>
public sealed class SettingsReader
{
    private const int LongestName = 128;

    private readonly YamlMap _map;
    private readonly ConfigurationErrors _errors;
    private readonly Substitution _substitution;
    private readonly Confidential _confidential;
    private IReadOnlyList<Setting>? _declared;

    /// <summary>A reader of a whole file.</summary>
    internal SettingsReader(YamlMap root, ConfigurationErrors errors, Substitution substitution)
        : this(root, "", errors, substitution, errors.Confidential)
    {
    }

    private SettingsReader(YamlMap map, string path, ConfigurationErrors errors, Substitution substitution, Confidential confidential) =>
        (_map, Path, _errors, _substitution, _confidential) = (map, path, errors, substitution, confidential);

    /// <summary>What was read here, and in the mappings and lists within, and must not be shown.</summary>
    internal IReadOnlyCollection<string> Secrets => _confidential.Secrets;

    /// <summary>What is read here, such as <c>checks[orders-db]</c>.</summary>
    internal string Path { get; }

    /// <summary>Where it stands.</summary>
    internal Location Where => _map.Where;

    /// <summary>Declares what may be written here, in place of what was declared before.</summary>
    internal void Declare(IReadOnlyList<Setting> settings) => _declared = settings;

    /// <summary>The value of a declared setting, or what holds where it is not written.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>The value. Where what is written is wrong, which is an error in the configuration, some value of the type.</returns>
    /// <exception cref="InvalidOperationException">It was not declared.</exception>
    public T Get<T>(Setting<T> setting) => setting.Read(Declared(setting));

    /// <summary>Whether a declared setting is written, with a value other than null.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="InvalidOperationException">It was not declared.</exception>
    public bool Has(Setting setting) => Declared(setting).Has(setting.Name);

    /// <summary>Adds an error about a setting: the configuration is rejected with this among its errors, with line and column.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="message">What is wrong, and what to write instead.</param>
    public void Reject(Setting setting, string message) => Reject(setting.Name, message);

    /// <summary>Notes an error about one text of several.</summary>
    internal void Reject(Setting setting, LocatedText text, string message) => _errors.Add(text.Where, PathOf(setting.Name), message);

    /// <summary>Whether a key is written, with a value other than null.</summary>
    internal bool Has(string key) => Find(key) is not null;

    /// <summary>Notes an error about a key, at its value, or at the mapping where it is missing.</summary>
    internal void Reject(string key, string message) =>
        _errors.Add(_map.Entries.TryGetValue(key, out var entry) ? entry.Value.Where : _map.Where, key.Length == 0 ? Path : PathOf(key), message);

    /// <summary>A text, with substitutions made; null when not written.</summary>
    internal string? Text(string key) => Find(key) is { } node ? ReadScalar(node, key) : null;

    /// <summary>A text that must be written and not be empty; empty, with an error, when it is not.</summary>
    internal string RequiredText(string key)
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
    internal string? Secret(string key)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        _confidential.AddCredential(node);
        var secret = ReadScalar(node, key, isSecret: true);
        _confidential.Conceal(secret);
        return secret;
    }

    /// <summary>
    /// Marks a part of a setting, such as the password in a connection string, as never to be shown; it is a credential, too.
    /// </summary>
    /// <param name="secret">The part; null and empty are ignored.</param>
    public void AddSecret(string? secret)
    {
        _confidential.Conceal(secret);
        AddCredential(secret);
    }

    /// <summary>Marks a part of a setting that may be shown, such as the user in a connection string, as one of the credentials.</summary>
    internal void AddCredential(string? part) => _confidential.AddCredential(part);

    /// <summary>
    /// All that is written here with substitutions made, in texts that are the same whenever it means the same: comments,
    /// quotes and the order of keys make no difference.
    /// </summary>
    /// <param name="except">A key that does not count.</param>
    internal IEnumerable<string> Canonical(string except) => CanonicalText.Of(Counting(except), _substitution);

    /// <summary>The same with a fixed mark for every credential. Complete when all settings have been read.</summary>
    /// <param name="except">A key that does not count.</param>
    internal IEnumerable<string> CanonicalWithoutCredentials(string except) => CanonicalText.Of(Counting(except), _substitution, _confidential);

    /// <summary>A list of texts; a single text is a list of one. Empty when not written.</summary>
    internal IReadOnlyList<LocatedText> Texts(string key)
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
                return new SettingsReader(section, PathOf(key), _errors, _substitution, _confidential);
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
                var name = section.Entries.TryGetValue("name", out var entry) && entry.Value is YamlScalar { Value.Length: <= LongestName } scalar
                    ? scalar.Value
                    : index.ToString(CultureInfo.InvariantCulture);
                sections.Add(new SettingsReader(section, PathOf($"{key}[{name}]"), _errors, _substitution, new Confidential(_confidential)));
            }
            else
            {
                _errors.Add(item.Where, PathOf($"{key}[{index}]"), "a mapping is expected here");
            }
        }

        return sections;
    }

    /// <summary>Notes an error at every key that was not declared.</summary>
    internal void RejectUnknownKeys()
    {
        var known = (_declared ?? []).Select(setting => setting.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, entry) in _map.Entries)
        {
            if (!known.Contains(key) && !IsPassedOver(key))
            {
                _errors.Add(entry.KeyWhere, PathOf(key), $"unknown key{Suggestion.For(key, known)}");
            }
        }
    }

    private SettingsReader Declared(Setting setting) => _declared?.Contains(setting) is true
        ? this
        : throw new InvalidOperationException($"the setting '{setting.Name}' is read in {Path}, but not declared there");

    private string PathOf(string key) => $"{Path}.{key}".TrimStart('.');

    private IEnumerable<string> Keys => _map.Entries.Keys;

    private YamlMap Counting(string except) => _map with
    {
        Entries = _map.Entries.Where(entry => !IsPassedOver(entry.Key) && entry.Key != except).ToDictionary(StringComparer.Ordinal),
    };

    /// <summary>
    /// Whether a key says nothing to the agent: those that begin with <c>x-</c> are a place for anchors, as in compose files.
    /// </summary>
    private static bool IsPassedOver(string key) => key.StartsWith("x-", StringComparison.Ordinal);

    private YamlNode? Find(string key) =>
        _map.Entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true } ? entry.Value : null;

    private string? ReadScalar(YamlNode node, string key, bool isSecret = false)
    {
        if (node is not YamlScalar scalar)
        {
            _errors.Add(node.Where, PathOf(key), $"a single value is expected here, not a {(node is YamlList ? "list" : "mapping")}");
            return null;
        }

        var value = _substitution.Apply(scalar.Value, out var error, replacement =>
        {
            if (isSecret || replacement.IsSecret)
            {
                _confidential.Conceal(replacement.Text);
            }

            return replacement.Text;
        });
        if (error is not null)
        {
            _errors.Add(scalar.Where, PathOf(key), error);
        }

        return value;
    }
}
