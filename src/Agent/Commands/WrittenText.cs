using System.Text;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// What is written for a check, fit to be shown: references stay as they are, and what is secret in the text itself, or in the default of
/// a reference, is masked.
/// </summary>
/// <param name="settings">The check's settings.</param>
/// <param name="redactor">Knows the check's secrets.</param>
internal sealed class WrittenText(SettingsReader settings, Redactor redactor)
{
    private const string Open = "${";
    private const string EscapedOpen = "$${";
    private const string Default = ":-";

    /// <summary>A node with its secrets masked.</summary>
    /// <param name="node">What is written.</param>
    /// <param name="shape">What it is, where that is declared.</param>
    public YamlNode Masked(YamlNode node, SettingShape? shape = null) => node switch
    {
        YamlScalar { IsNull: false } scalar => scalar with { Value = Masked(scalar.Value, shape?.IsSecret is true) },
        YamlList list => list with { Items = [.. list.Items.Select(item => Masked(item, shape?.Items))] },
        YamlMap map => map with
        {
            Entries = new OrderedDictionary<string, YamlEntry>(map.Entries.Select(entry => KeyValuePair.Create(
                entry.Key, entry.Value with { Value = Masked(entry.Value.Value, ShapeOf(shape, entry.Key)) })), StringComparer.Ordinal),
        },
        _ => node,
    };

    private static SettingShape? ShapeOf(SettingShape? map, string key) =>
        map?.Settings?.FirstOrDefault(setting => setting.Name == key)?.Shape ?? map?.Values;

    private string Masked(string text, bool isSecret)
    {
        var shown = new StringBuilder();
        for (var position = 0; position < text.Length;)
        {
            var start = IndexOfReference(text, position);
            if (start > position)
            {
                shown.Append(isSecret ? Redactor.Mask : redactor.Redact(text[position..start]));
                position = start;
                continue;
            }

            var end = EndOf(text, start);
            shown.Append(MaskedReference(text[start..end], isSecret));
            position = end;
        }

        return shown.ToString();
    }

    /// <summary>A reference without its default where what it leads to is secret.</summary>
    private string MaskedReference(string reference, bool isSecret)
    {
        var at = reference.StartsWith("${env:", StringComparison.Ordinal) ? reference.IndexOf(Default, StringComparison.Ordinal) : -1;
        if (at < 0 || at + Default.Length == reference.Length - 1)
        {
            return reference;
        }

        var (name, resolved) = (reference["${env:".Length..at], settings.Resolve(reference));
        return isSecret || Substitution.SaysSecret(name) || redactor.Redact(resolved) != resolved
            ? $"{reference[..(at + Default.Length)]}{Redactor.Mask}}}"
            : reference;
    }

    /// <summary>Where the next reference begins; the length of the text where there is none.</summary>
    private static int IndexOfReference(string text, int position)
    {
        for (; position < text.Length; position++)
        {
            if (string.CompareOrdinal(text, position, EscapedOpen, 0, EscapedOpen.Length) == 0)
            {
                position += EscapedOpen.Length - 1;
            }
            else if (string.CompareOrdinal(text, position, Open, 0, Open.Length) == 0)
            {
                return position;
            }
        }

        return text.Length;
    }

    /// <summary>The end of a reference, behind its closing brace; others may stand within.</summary>
    private static int EndOf(string text, int start)
    {
        var depth = 0;
        for (var position = start; position < text.Length; position++)
        {
            if (text[position] == '}' && --depth == 0)
            {
                return position + 1;
            }

            depth += string.CompareOrdinal(text, position, Open, 0, Open.Length) == 0 ? 1 : 0;
        }

        return text.Length;
    }
}
