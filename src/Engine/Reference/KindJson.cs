using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Settings;

namespace HealthAgent.Reference;

/// <summary>What can be written for checks and what they observe, for programs.</summary>
internal static class KindJson
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The kinds, as an array.</summary>
    public static string OfAll(IEnumerable<CheckKind> kinds) => Written(json =>
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
    public static string Of(CheckKind kind) => Written(json =>
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
        WriteTexts(json, "expect", kind.DefaultExpect);
        WriteTexts(json, "warn", kind.DefaultWarn);
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
                WriteTexts(json, "words", setting.Shape.Words);
            }

            if ((setting.Shape.Settings ?? setting.Shape.Items?.Settings) is { } nested)
            {
                WriteSettings(json, nested);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }
}
