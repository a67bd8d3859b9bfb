using System.Globalization;
using System.Text.Json;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands;

/// <summary>Nodes of YAML as JSON, which is YAML too.</summary>
internal static class NodeJson
{
    /// <summary>The text, with a line feed at its end.</summary>
    public static string Of(YamlNode node) => JsonText.Of(json => Write(json, node));

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                json.WriteStartObject();
                foreach (var (key, entry) in map.Entries)
                {
                    json.WritePropertyName(key);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case YamlList list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case YamlScalar { IsNull: true }:
                json.WriteNullValue();
                break;
            case YamlScalar { IsPlain: true, Value: "true" or "false" } flag:
                json.WriteBooleanValue(flag.Value == "true");
                break;
            case YamlScalar { IsPlain: true } number
                when int.TryParse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value.ToString(CultureInfo.InvariantCulture) == number.Value:
                json.WriteNumberValue(value);
                break;
            case YamlScalar text:
                json.WriteStringValue(text.Value);
                break;
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }
}
