using HealthAgent.Yaml;

namespace HealthAgent.Settings;

/// <summary>
/// Reads one mapping of the file. What is wrong is noted with its place and reading goes on. Once its settings are
/// declared, only those may be read, and every other key is an error.
/// </summary>
public sealed partial class SettingsReader
{
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

    /// <summary>Where what is wrong is noted.</summary>
    internal ConfigurationErrors Errors => _errors;

    /// <summary>Where it stands.</summary>
    internal Location Where => _map.Where;

    /// <summary>What is written here, references and all.</summary>
    internal YamlMap Written => _map;

    /// <summary>The path of a file that is written here: relative ones start from the folder of the file that names them.</summary>
    internal string FileOf(string written) => _substitution.FileOf(written);

    /// <summary>A text with its references replaced; empty where one of them leads nowhere.</summary>
    internal string Resolve(string written) => _substitution.Apply(written, out _) ?? "";

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
        _errors.Add(
            _map.Entries.TryGetValue(key, out var entry) ? entry.Value.Where : _map.Where, key.Length == 0 ? Path : PathOf(key), message);

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

    /// <summary>The keys that are written.</summary>
    internal IEnumerable<string> Keys => _map.Entries.Keys;

    /// <summary>
    /// Whether a key says nothing to the agent: those that begin with <c>x-</c> are a place for anchors, as in compose files.
    /// </summary>
    private static bool IsPassedOver(string key) => key.StartsWith("x-", StringComparison.Ordinal);

    private YamlNode? Find(string key) =>
        _map.Entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true } ? entry.Value : null;
}
