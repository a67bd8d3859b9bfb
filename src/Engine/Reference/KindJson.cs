using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Settings;

namespace HealthAgent.Reference;

/// <summary>What can be written for checks and what they observe, for programs.</summary>
internal static class KindJson
{
    /// <summary>The kinds, as an array.</summary>
    public static string OfAll(IEnumerable<CheckKind> kinds) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var kind in kinds)
        {
            json.WriteStartObject();
            WriteHead(json, kind);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>All of a kind.</summary>
    public static string Of(CheckKind kind) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        WriteHead(json, kind);
        WriteSettings(json, kind.Settings);
        json.WriteStartArray("values");
        foreach (var value in kind.Values)
        {
            json.WriteStartObject();
            json.WriteString("name", value.Name);
            json.WriteString("type", value.Type.ToString().ToLowerInvariant());
            json.WriteBoolean("phase", value.IsPhase);
            json.WriteString("description", value.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteTexts("expect", kind.DefaultExpect);
        json.WriteTexts("warn", kind.DefaultWarn);
        json.WriteString("example", KindReference.ExampleOf(kind));
        json.WriteEndObject();
    });

    private static void WriteHead(Utf8JsonWriter json, CheckKind kind)
    {
        json.WriteString("name", kind.Name);
        json.WriteString("tier", kind.DefaultTier.Name());
        json.WriteString("description", kind.Description);
        if (kind.Preset is { } preset)
        {
            json.WriteStartObject("preset");
            json.WriteString("kind", preset.Kind.Name);
            json.WriteString("path", preset.Path);
            json.WriteEndObject();
        }
    }

    private static void WriteSettings(Utf8JsonWriter json, IReadOnlyList<Setting> settings)
    {
        json.WriteStartArray("settings");
        foreach (var setting in settings)
        {
            json.WriteStartObject();
            json.WriteString("name", setting.Name);
            json.WriteString("type", setting.Shape.Name);
            json.WriteBoolean("required", setting.IsRequired);
            json.WriteBoolean("secret", setting.Shape.IsSecret);
            json.WriteString("default", setting.Default);
            json.WriteString("defaultNote", setting.DefaultNote);
            json.WriteString("description", setting.Description);
            if (setting.Shape.Words.Count > 0)
            {
                json.WriteTexts("words", setting.Shape.Words);
            }

            if ((setting.Shape.Settings ?? setting.Shape.Items?.Settings) is { } nested)
            {
                WriteSettings(json, nested);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
