using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Reference;

/// <summary>
/// The JSON Schema of <c>agent.yaml</c>, for editors and validators. It refuses nothing that the agent takes; what the agent refuses
/// beyond it are rules between settings, conditions and references.
/// </summary>
/// <remarks>
/// Rule: JSON Schema, draft 2020-12; no keyword that is newer than draft 7 matters for what is refused, since many editors know no other.
/// </remarks>
internal static class ConfigurationSchema
{
    // What is substituted when the file is read may be anything.
    private const string Reference = @"\$\{";

    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The schema, indented, with a line feed at its end.</summary>
    /// <param name="kinds">The kinds that a check may have.</param>
    public static string Of(KindIndex kinds)
    {
        using var text = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(text, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Draft);
            json.WriteString("title", "Configuration of Health Agent");
            WriteMapping(json, AgentOptionsReader.Settings);
            json.WriteStartObject("$defs");
            json.WriteStartObject("check");
            WriteCheck(json, kinds);
            json.WriteEndObject();
            foreach (var kind in kinds.All)
            {
                json.WriteStartObject(kind.Name);
                json.WriteString("description", kind.Description);
                WriteMapping(json, [.. CheckSettings.All, .. kind.Settings]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    /// <summary>What all checks have, and which further settings each kind has.</summary>
    private static void WriteCheck(Utf8JsonWriter json, KindIndex kinds)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var setting in CheckSettings.All)
        {
            json.WriteStartObject(setting.Name);
            if (setting == CheckSettings.Kind)
            {
                WriteKinds(json, kinds);
            }
            else
            {
                WriteSetting(json, setting);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteRequired(json, CheckSettings.All);
        json.WriteStartArray("allOf");
        foreach (var kind in kinds.All)
        {
            json.WriteStartObject();
            json.WriteStartObject("if");
            json.WriteStartObject("properties");
            json.WriteStartObject(CheckSettings.Kind.Name);
            json.WriteString("const", kind.Name);
            json.WriteEndObject();
            json.WriteEndObject();
            WriteRequired(json, [CheckSettings.Kind]);
            json.WriteEndObject();
            json.WriteStartObject("then");
            json.WriteString("$ref", $"#/$defs/{kind.Name}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteKinds(Utf8JsonWriter json, KindIndex kinds)
    {
        json.WriteString("description", CheckSettings.Kind.Description);
        json.WriteStartArray("anyOf");
        foreach (var kind in kinds.All)
        {
            json.WriteStartObject();
            json.WriteString("const", kind.Name);
            json.WriteString("description", kind.Description);
            json.WriteEndObject();
        }

        WriteReference(json);
        json.WriteEndArray();
    }

    private static void WriteMapping(Utf8JsonWriter json, IReadOnlyList<Setting> settings)
    {
        json.WriteStartObject("properties");
        foreach (var setting in settings)
        {
            json.WriteStartObject(setting.Name);
            if (CheckSettings.All.Contains(setting))
            {
                json.WriteString("$ref", $"#/$defs/check/properties/{setting.Name}");
            }
            else
            {
                WriteSetting(json, setting);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteRequired(json, settings);
        json.WriteStartObject("patternProperties");
        json.WriteBoolean("^x-", value: true);
        json.WriteEndObject();
        json.WriteBoolean("additionalProperties", value: false);
    }

    private static void WriteSetting(Utf8JsonWriter json, Setting setting)
    {
        json.WriteString("description", setting.DefaultNote is { } note ? $"{setting.Description}. Default: {setting.Default ?? ""} {note}" : setting.Description);
        if (setting.Shape.IsSecret)
        {
            json.WriteBoolean("writeOnly", value: true);
        }

        if (setting.Default is { } value)
        {
            json.WritePropertyName("default");
            json.WriteRawValue(setting.Shape.Types[0] is "integer" or "boolean" ? value : $"\"{JsonEncodedText.Encode(value)}\"");
        }

        WriteShape(json, setting.Shape, isNullable: !setting.IsRequired);
        if (setting.IsRequired && setting.Shape.Types.Contains("string", StringComparer.Ordinal))
        {
            json.WriteNumber("minLength", 1);
        }
    }

    private static void WriteShape(Utf8JsonWriter json, SettingShape shape, bool isNullable)
    {
        if (shape.Words.Count > 0)
        {
            WriteWords(json, shape.Words, isNullable);
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

        WriteBounds(json, shape);
        if (shape.Settings is { } settings)
        {
            WriteMapping(json, settings);
        }

        if (shape.Items is { } items)
        {
            json.WriteStartObject("items");
            if (items.Settings == CheckSettings.All)
            {
                json.WriteString("$ref", "#/$defs/check");
            }
            else
            {
                WriteShape(json, items, isNullable: false);
            }

            json.WriteEndObject();
        }

        if (shape.Values is { } values)
        {
            json.WriteStartObject("additionalProperties");
            WriteShape(json, values, isNullable: true);
            json.WriteEndObject();
        }
    }

    private static void WriteBounds(Utf8JsonWriter json, SettingShape shape)
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

    private static void WriteWords(Utf8JsonWriter json, IReadOnlyList<string> words, bool isNullable)
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
        WriteReference(json);
        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "string");
        json.WriteString("pattern", Reference);
        json.WriteEndObject();
    }

    private static void WriteRequired(Utf8JsonWriter json, IReadOnlyList<Setting> settings)
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
