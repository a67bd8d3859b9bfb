using HealthAgent.Expectations;
using HealthAgent.Yaml;

namespace HealthAgent.Settings;

// Texts with captured values, in the steps of a scenario.
public sealed partial class SettingsReader
{
    // Null outside of a scenario's steps.
    private FindCaptured? _find;

    // In a mapping of texts: how captured values are put into each.
    private CapturedForm? _form;

    // What was substituted when the step was planned; it is the same in every run.
    private Dictionary<YamlScalar, IReadOnlyList<TextPart>>? _resolved;
    private bool _isBound;

    /// <summary>Lets texts here refer to what steps captured.</summary>
    internal void Allow(FindCaptured find) =>
        (_find, _resolved) = (find, new Dictionary<YamlScalar, IReadOnlyList<TextPart>>(ReferenceEqualityComparer.Instance));

    /// <summary>The same settings with other captured values. What is wrong, and what is secret, is noted apart.</summary>
    internal SettingsReader With(FindCaptured find, ConfigurationErrors errors) =>
        new(_map, Path, errors, _substitution, errors.Confidential)
        {
            _find = find, _form = _form, _resolved = _resolved, _declared = _declared, _isBound = true,
        };

    /// <summary>The captured values in the text of a setting, in their order; empty where it has none.</summary>
    internal IReadOnlyList<CapturedValue> Captured(Setting setting) => Find(setting.Name) is { } node
        ? [.. (ReadParts(node, setting.Name) ?? []).Select(static part => part.Value).OfType<CapturedValue>()]
        : [];

    /// <summary>A reader of a mapping within this one.</summary>
    private SettingsReader Inner(YamlMap map, string path, Confidential confidential, CapturedForm? form = null) =>
        new(map, path, _errors, _substitution, confidential)
        {
            _find = _find, _form = form, _resolved = _resolved, _isBound = _isBound,
        };

    /// <summary>The text with captured values in it; null, with an error, where they cannot stand.</summary>
    private string? Compose(IReadOnlyList<CapturedPart> parts, Location where, string key)
    {
        if (parts is [{ Value: null, Text: var written }])
        {
            return written;
        }

        var error = (string?)null;
        var text = FormOf(key) is { } form ? form(parts, this, key, out error) : null;
        if (text is null)
        {
            _errors.Add(where, PathOf(key), error ?? $"what steps captured cannot stand here{Places()}");
        }

        return text;
    }

    private string Places()
    {
        var places = (_declared ?? []).Where(static setting => (setting.Shape.Captured ?? setting.Shape.Values?.Captured) is not null)
            .Select(static setting => setting.Name).ToList();
        return places.Count == 0 ? "" : $"; it can in {string.Join(", ", places)}";
    }

    private CapturedForm? FormOf(string key) => ShapeOf(key) is { } shape ? shape.Captured : _form;

    private SettingShape? ShapeOf(string key)
    {
        foreach (var setting in _declared ?? [])
        {
            if (setting.Name == key)
            {
                return setting.Shape;
            }
        }

        return null;
    }

    /// <summary>The parts of a text, with each captured value found; null, with an error, where one cannot be there.</summary>
    private List<CapturedPart>? FindAll(IReadOnlyList<TextPart> parts, Location where, string key)
    {
        if (parts is [{ Reference: null, Text: var text }])
        {
            return [new CapturedPart(text)];
        }

        var found = new List<CapturedPart>(parts.Count);
        foreach (var (written, reference) in parts)
        {
            var error = (string?)null;
            var value = reference is not { } step ? null
                : _find is not null ? _find(step, out error)
                : null;
            if (reference is not null && value is null)
            {
                _errors.Add(where, PathOf(key), error ?? $"'{written}' can stand only in the steps of a scenario");
                return null;
            }

            found.Add(new CapturedPart(written, value));
        }

        return found;
    }
}
