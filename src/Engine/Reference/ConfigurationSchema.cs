using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Configuration;

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
            json.WriteString("type", "object");
            json.WriteMapping(AgentOptionsReader.Settings);
            json.WriteStartObject("$defs");
            json.WriteStartObject("check");
            WriteCheck(json, kinds);
            json.WriteEndObject();
            foreach (var kind in kinds.All.Where(kind => kind.Preset is null))
            {
                json.WriteStartObject(kind.Name);
                json.WriteString("description", kind.Description);
                json.WriteMapping([.. CheckSettings.All, .. kind.Settings]);
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
                json.WriteSetting(setting);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteRequired(CheckSettings.All);
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
            json.WriteRequired([CheckSettings.Kind]);
            json.WriteEndObject();
            json.WriteStartObject("then");
            json.WriteString("$ref", $"#/$defs/{(kind.Preset?.Kind ?? kind).Name}");
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

        json.WriteReference();
        json.WriteEndArray();
    }
}
