using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.State;

/// <summary>What a run or a step observed, and the conditions that were evaluated, as JSON.</summary>
internal static class ObservedJson
{
    /// <summary>Writes what was observed and the conditions that were evaluated, within an object that is open.</summary>
    public static void Write(
        Utf8JsonWriter json, ImmutableArray<Observation> observations, ImmutableArray<EvaluatedCondition> conditions)
    {
        json.WriteStartArray("observations");
        foreach (var observation in observations)
        {
            json.WriteStartObject();
            json.WriteString("name", observation.Name);
            json.WriteString("meaning", RunRecordJson.Spelling(observation.Meaning));
            WriteValue(json, "value", observation.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("conditions");
        foreach (var condition in conditions)
        {
            json.WriteStartObject();
            json.WriteString(condition.IsExpectation ? "expect" : "warn", condition.Text);
            json.WriteString("verdict", RunRecordJson.Spelling(condition.Verdict));
            json.WriteBoolean("applies", condition.Applies);
            if (condition.Seen is { } seen)
            {
                json.WriteString("type", RunRecordJson.Spelling(condition.Type));
                WriteValue(json, "seen", seen);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the observations of a record.</summary>
    public static ImmutableArray<Observation> ReadObservations(JsonElement json) =>
        [.. json.GetProperty("observations").EnumerateArray().Select(ReadObservation)];

    /// <summary>Reads the conditions of a record.</summary>
    public static ImmutableArray<EvaluatedCondition> ReadConditions(JsonElement json) =>
        [.. json.GetProperty("conditions").EnumerateArray().Select(ReadCondition)];

    private static void WriteValue(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case TimeSpan duration:
                json.WriteNumber(name, RunRecordJson.Seconds(duration));
                break;
            case DateTimeOffset time:
                json.WriteString(name, time);
                break;
            case double number when !double.IsFinite(number):
                json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            case float number when !float.IsFinite(number):
                json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                json.WritePropertyName(name);
                json.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static Observation ReadObservation(JsonElement json)
    {
        var (meaning, value) = (RunRecordJson.Of<ObservationMeaning>(json.GetProperty("meaning").GetString()), json.GetProperty("value"));
        return Observation.Of(json.GetProperty("name").GetString()!, meaning, meaning switch
        {
            ObservationMeaning.Latency or ObservationMeaning.Phase or ObservationMeaning.Duration => RunRecordJson.Duration(value),
            ObservationMeaning.Time or ObservationMeaning.CertificateEnd => value.GetDateTimeOffset(),
            ObservationMeaning.Boolean => value.GetBoolean(),
            ObservationMeaning.Text => value.GetString()!,
            _ => Number(value),
        });
    }

    private static EvaluatedCondition ReadCondition(JsonElement json)
    {
        var expectation = RunRecordJson.Optional(json, "expect");
        var type = RunRecordJson.Optional(json, "type") is { } written ? RunRecordJson.Of<ObservedType>(written) : default;
        object? seen = !json.TryGetProperty("seen", out var value) ? null : (type, value.ValueKind) switch
        {
            (_, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
            (ObservedType.Duration, JsonValueKind.Number) => RunRecordJson.Duration(value),
            (ObservedType.Time, _) => value.GetDateTimeOffset(),
            (ObservedType.Number or ObservedType.Percent or ObservedType.Size, _) => Number(value),
            _ => value.GetString(),
        };
        return new EvaluatedCondition(
            expectation ?? json.GetProperty("warn").GetString()!, expectation is not null, json.GetProperty("applies").GetBoolean(),
            RunRecordJson.Of<Verdict>(json.GetProperty("verdict").GetString()), type, seen);
    }

    private static object Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ when value.TryGetInt32(out var small) => (object)small,
        _ when value.TryGetInt64(out var whole) => whole,
        _ when value.TryGetUInt64(out var large) => large,
        _ => value.GetDouble(),
    };
}
