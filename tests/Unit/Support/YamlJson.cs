using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Support;

/// <summary>YAML as JSON, by YAML's core schema, as editors and validators see it.</summary>
internal static class YamlJson
{
    /// <summary>A document; null for what is not one.</summary>
    public static JsonElement? Of(string yaml)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        return YamlTree.Read(yaml, errors) is { } root && !errors.Any ? JsonSerializer.SerializeToElement(Of(root)) : null;
    }

    private static JsonNode? Of(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Of(entry.Value.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Of)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Value: var text } => OfPlain(text),
        YamlScalar scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonNode OfPlain(string text) => text switch
    {
        "true" or "True" or "TRUE" => JsonValue.Create(value: true),
        "false" or "False" or "FALSE" => JsonValue.Create(value: false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) =>
            JsonValue.Create(integer),
        _ when char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) =>
            JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
