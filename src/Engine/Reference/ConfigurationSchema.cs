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
    private const string OfStep = "step-", OfModule = "module-";

    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The schema, indented, with a line feed at its end.</summary>
    /// <param name="kinds">The kinds that a check may have.</param>
    public static string Of(KindIndex kinds) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("$schema", Draft);
        json.WriteString("title", "Configuration of Health Agent");
        json.WriteString("type", "object");
        json.WriteMapping(AgentOptionsReader.Settings);
        json.WriteStartObject("$defs");
        json.WriteStartObject("check");
        WriteCheck(json, [.. kinds.All], CheckSettings.All, "");
        json.WriteEndObject();
        json.WriteStartObject("step");
        WriteCheck(json, [.. kinds.All.Where(static kind => kind.CanBeStep)], StepSettings.All, OfStep);
        json.WriteEndObject();
        json.WriteStartObject("module");
        WriteCheck(json, [.. kinds.All.Where(static kind => kind.Target is not null)], ProbeSettings.OfModules, OfModule);
        json.WriteEndObject();
        foreach (var kind in kinds.All.Where(kind => kind.Preset is null))
        {
            json.WriteStartObject(kind.Name);
            json.WriteString("description", kind.Description);
            json.WriteMapping([.. CheckSettings.All, .. kind.Settings]);
            json.WriteEndObject();
        }

        foreach (var kind in kinds.All.Where(static kind => kind is { CanBeStep: true, Preset: null }))
        {
            json.WriteStartObject(OfStep + kind.Name);
            json.WriteString("description", kind.Description);
            WritePart(json, "step", StepSettings.All, kind.Name, kind.Settings);
            json.WriteEndObject();
        }

        foreach (var kind in kinds.All.Where(static kind => kind is { Target: not null, Preset: null }))
        {
            json.WriteStartObject(OfModule + kind.Name);
            json.WriteString("description", kind.Description);
            WritePart(json, "module", ProbeSettings.OfModules, kind.Name, [.. kind.Settings.Where(setting => setting != kind.Target)]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>What all checks have, or all steps, and which further settings each kind has.</summary>
    private static void WriteCheck(Utf8JsonWriter json, IReadOnlyList<CheckKind> kinds, IReadOnlyList<Setting> settings, string prefix)
    {
        json.WriteString("type", "object");
        json.WriteProperties(settings, json => WriteKinds(json, kinds));
        json.WriteStartArray("allOf");
        foreach (var kind in kinds)
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
            json.WriteString("$ref", $"#/$defs/{prefix}{(kind.Preset?.Kind ?? kind).Name}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteKinds(Utf8JsonWriter json, IReadOnlyList<CheckKind> kinds)
    {
        json.WriteString("description", CheckSettings.Kind.Description);
        json.WriteStartArray("anyOf");
        foreach (var kind in kinds)
        {
            json.WriteStartObject();
            json.WriteString("const", kind.Name);
            json.WriteString("description", kind.Description);
            json.WriteEndObject();
        }

        json.WriteReference();
        json.WriteEndArray();
    }

    /// <summary>
    /// Writes the keywords of a step or module of a kind, by what is written of steps or modules, and of the kind, already.
    /// </summary>
    private static void WritePart(
        Utf8JsonWriter json, string part, IReadOnlyList<Setting> ofPart, string kind, IReadOnlyList<Setting> ofKind)
    {
        json.WriteStartObject("properties");
        foreach (var (owner, setting) in ofPart.Select(setting => (part, setting)).Concat(ofKind.Select(setting => (kind, setting))))
        {
            json.WriteStartObject(setting.Name);
            json.WriteString("$ref", $"#/$defs/{owner}/properties/{setting.Name}");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteRequired([.. ofPart, .. ofKind]);
        json.WriteClosed();
    }
}
