using HealthAgent.Yaml;

namespace HealthAgent.Settings;

// Texts that are given by somebody else than who wrote the file.
public sealed partial class SettingsReader
{
    /// <summary>The same settings with a sample of what is given later under one key, in place of what may be written there.</summary>
    internal SettingsReader WithSample(Setting setting, string sample) =>
        new(Adding(setting, YamlScalar.Quoted(sample)), Path, _errors, _substitution, _confidential)
        {
            _resolved = new Dictionary<YamlScalar, IReadOnlyList<TextPart>>(ReferenceEqualityComparer.Instance),
        };

    /// <summary>
    /// The same settings with what was given under one key, which is taken as it is: nothing in it is substituted. What is wrong, and what
    /// is secret, is noted apart.
    /// </summary>
    internal SettingsReader WithGiven(Setting setting, string given, ConfigurationErrors errors)
    {
        var scalar = YamlScalar.Quoted(given);
        return new SettingsReader(Adding(setting, scalar), Path, errors, _substitution, errors.Confidential)
        {
            _resolved = new Dictionary<YamlScalar, IReadOnlyList<TextPart>>(_resolved ?? [], ReferenceEqualityComparer.Instance)
            {
                [scalar] = [new TextPart(given)],
            },
            _declared = _declared,
            _isBound = true,
        };
    }

    private YamlMap Adding(Setting setting, YamlScalar scalar) => _map with
    {
        Entries = new Dictionary<string, YamlEntry>(_map.Entries, StringComparer.Ordinal) { [setting.Name] = YamlEntry.Of(scalar) },
    };
}
