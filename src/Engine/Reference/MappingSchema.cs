using System.Text.Json;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Reference;

/// <summary>Mappings with declared settings, as JSON Schema.</summary>
internal static class MappingSchema
{
    /// <summary>Writes the keywords of a mapping with declared settings.</summary>
    public static void WriteMapping(this Utf8JsonWriter json, IReadOnlyList<Setting> settings)
    {
        json.WriteProperties(settings);
        json.WriteClosed();
    }

    /// <summary>Writes the properties of a mapping. Those of every check are written once, and references elsewhere.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="settings">The settings of the mapping.</param>
    /// <param name="writeKind">Writes the keywords of <see cref="CheckSettings.Kind"/>, where they differ.</param>
    public static void WriteProperties(
        this Utf8JsonWriter json, IReadOnlyList<Setting> settings, Action<Utf8JsonWriter>? writeKind = null)
    {
        json.WriteStartObject("properties");
        foreach (var setting in settings)
        {
            json.WriteStartObject(setting.Name);
            if (setting == CheckSettings.Kind && writeKind is not null)
            {
                writeKind(json);
            }
            else if (settings != CheckSettings.All && CheckSettings.All.Contains(setting))
            {
                json.WriteString("$ref", $"#/$defs/check/properties/{setting.Name}");
            }
            else
            {
                json.WriteSetting(setting);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteRequired(settings);
    }

    /// <summary>Nothing else can be written, except for what begins with <c>x-</c>.</summary>
    public static void WriteClosed(this Utf8JsonWriter json)
    {
        json.WriteStartObject("patternProperties");
        json.WriteBoolean("^x-", value: true);
        json.WriteEndObject();
        json.WriteBoolean("additionalProperties", value: false);
    }

    /// <summary>Writes which settings are required, if any are.</summary>
    public static void WriteRequired(this Utf8JsonWriter json, IReadOnlyList<Setting> settings)
    {
        if (settings.Any(setting => setting.IsRequired))
        {
            json.WriteStartArray("required");
            foreach (var setting in settings.Where(setting => setting.IsRequired))
            {
                json.WriteStringValue(setting.Name);
            }

            json.WriteEndArray();
        }
    }
}
