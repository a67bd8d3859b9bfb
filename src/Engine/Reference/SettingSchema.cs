using System.Text.Json;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Reference;

/// <summary>Settings in terms of JSON Schema. What all checks have is written once, and referred to.</summary>
internal static class SettingSchema
{
    // What is substituted when the file is read may be anything.
    private const string Reference = @"\$\{";

    /// <summary>Writes the keywords of one setting.</summary>
    public static void WriteSetting(this Utf8JsonWriter json, Setting setting)
    {
        json.WriteString("description", Describe(setting));
        if (setting.Shape.IsSecret)
        {
            json.WriteBoolean("writeOnly", value: true);
        }

        if (setting.Default is { } value)
        {
            json.WritePropertyName("default");
            json.WriteRawValue(setting.Shape.Types[0] is "integer" or "boolean" ? value : $"\"{JsonEncodedText.Encode(value)}\"");
        }

        json.WriteShape(setting.Shape, isNullable: !setting.IsRequired);
        if (setting.IsRequired && setting.Shape.Types.Contains("string", StringComparer.Ordinal))
        {
            json.WriteNumber("minLength", 1);
        }
    }

    private static string Describe(Setting setting) => setting switch
    {
        { DefaultNote: { } note, Default: { } value } => $"{setting.Description}. Default: `{value}`, {note}",
        { DefaultNote: { } note } => $"{setting.Description}. Default: {note}",
        _ => setting.Description,
    };

    private static void WriteShape(this Utf8JsonWriter json, SettingShape shape, bool isNullable)
    {
        if (shape.Words.Count > 0)
        {
            json.WriteWords(shape.Words, isNullable);
            return;
        }

        json.WriteStartArray("type");
        foreach (var type in isNullable ? [.. shape.Types, "null"] : shape.Types)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        if (shape.Pattern is { } pattern)
        {
            json.WriteString("pattern", $"{pattern}|{Reference}");
        }

        json.WriteBounds(shape);
        if (shape.Settings is { } settings)
        {
            json.WriteMapping(settings);
        }

        if (shape.Items is { } items)
        {
            json.WriteStartObject("items");
            json.WriteShapeOrReference(items, isNullable: false);
            json.WriteEndObject();
        }

        if (shape.Values is { } values)
        {
            json.WriteStartObject("additionalProperties");
            json.WriteShapeOrReference(values, isNullable: true);
            json.WriteEndObject();
        }
    }

    /// <summary>What has the settings of a kind beside its own is written once.</summary>
    private static void WriteShapeOrReference(this Utf8JsonWriter json, SettingShape shape, bool isNullable)
    {
        var defined = shape.Settings == CheckSettings.All ? "check"
            : shape.Settings == StepSettings.All ? "step"
            : shape.Settings == ProbeSettings.OfModules ? "module"
            : null;
        if (defined is null)
        {
            json.WriteShape(shape, isNullable);
        }
        else
        {
            json.WriteString("$ref", $"#/$defs/{defined}");
        }
    }

    private static void WriteBounds(this Utf8JsonWriter json, SettingShape shape)
    {
        if (shape.Least is { } least)
        {
            json.WriteNumber("minimum", least);
        }

        if (shape.Most is { } most)
        {
            json.WriteNumber("maximum", most);
        }
    }

    private static void WriteWords(this Utf8JsonWriter json, IReadOnlyList<string> words, bool isNullable)
    {
        json.WriteStartArray("anyOf");
        json.WriteStartObject();
        json.WriteStartArray("enum");
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        // To YAML, a plain 1.2 is a number.
        foreach (var number in words.Where(word => char.IsAsciiDigit(word[0])))
        {
            json.WriteRawValue(number);
        }

        if (isNullable)
        {
            json.WriteNullValue();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteReference();
        json.WriteEndArray();
    }

    /// <summary>Writes a schema of texts that contain a reference.</summary>
    public static void WriteReference(this Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "string");
        json.WriteString("pattern", Reference);
        json.WriteEndObject();
    }
}
