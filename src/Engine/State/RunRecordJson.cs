using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.State;

/// <summary>
/// A run's record as JSON: compact, the same on disk, between processes, and as <c>check --output json</c> prints it. Durations are in
/// seconds, sizes in bytes.
/// </summary>
internal static class RunRecordJson
{
    /// <summary>Writes a record as an object.</summary>
    public static void Write(Utf8JsonWriter json, RunRecord run)
    {
        json.WriteStartObject();
        WriteMembers(json, run);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of a record within an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, RunRecord run)
    {
        json.WriteString("outcome", run.Result.Name());
        WriteOptional(json, "errorType", run.ErrorType?.Name());
        WriteOptional(json, "reason", run.Reason);
        json.WriteString("startedAt", run.StartedAt);
        json.WriteNumber("duration", Seconds(run.Duration));
        if (run.TraceId != default)
        {
            json.WriteString("traceId", run.TraceId.ToHexString());
        }

        if (run.SpanId != default)
        {
            json.WriteString("spanId", run.SpanId.ToHexString());
        }

        json.WriteStartArray("observations");
        foreach (var observation in run.Verdict.Observations)
        {
            json.WriteStartObject();
            json.WriteString("name", observation.Name);
            json.WriteString("meaning", Spelling(observation.Meaning));
            WriteValue(json, "value", observation.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("conditions");
        foreach (var condition in run.Verdict.Conditions)
        {
            json.WriteStartObject();
            json.WriteString(condition.IsExpectation ? "expect" : "warn", condition.Text);
            json.WriteString("verdict", Spelling(condition.Verdict));
            json.WriteBoolean("applies", condition.Applies);
            if (condition.Seen is { } seen)
            {
                json.WriteString("type", Spelling(condition.Type));
                WriteValue(json, "seen", seen);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="JsonException">It is no record.</exception>
    public static RunRecord Read(JsonElement json)
    {
        try
        {
            var verdict = new CheckVerdict(
                Of<Result>(json.GetProperty("outcome").GetString()),
                Optional(json, "errorType") is { } error ? ErrorTypes.Parse(error) : null,
                Optional(json, "reason"),
                [.. json.GetProperty("observations").EnumerateArray().Select(ReadObservation)],
                [.. json.GetProperty("conditions").EnumerateArray().Select(ReadCondition)]);
            return new RunRecord(
                verdict,
                json.GetProperty("startedAt").GetDateTimeOffset(),
                Duration(json.GetProperty("duration")),
                Optional(json, "traceId") is { } trace ? ActivityTraceId.CreateFromString(trace) : default,
                Optional(json, "spanId") is { } span ? ActivitySpanId.CreateFromString(span) : default);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException
            or OverflowException)
        {
            throw new JsonException("this is no record of a run", e);
        }
    }

    /// <summary>A time span in seconds, to the tick.</summary>
    public static decimal Seconds(TimeSpan duration) => (decimal)duration.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>Reads a time span that is written in seconds.</summary>
    public static TimeSpan Duration(JsonElement seconds) => new((long)(seconds.GetDecimal() * TimeSpan.TicksPerSecond));

    /// <summary>A text, where it is written.</summary>
    public static string? Optional(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>Writes a text, where there is one.</summary>
    public static void WriteOptional(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    /// <summary>The value of an enumeration by its name, however it is capitalized.</summary>
    /// <exception cref="FormatException">There is none of the name.</exception>
    public static T Of<T>(string? name) where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : throw new FormatException(name);

    /// <summary>The name of a value of an enumeration, as it is written.</summary>
    public static string Spelling<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(Enum.GetName(value)!);

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
                json.WriteNumber(name, Seconds(duration));
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
        var (meaning, value) = (Of<ObservationMeaning>(json.GetProperty("meaning").GetString()), json.GetProperty("value"));
        return Observation.Of(json.GetProperty("name").GetString()!, meaning, meaning switch
        {
            ObservationMeaning.Latency or ObservationMeaning.Phase or ObservationMeaning.Duration => Duration(value),
            ObservationMeaning.Time or ObservationMeaning.CertificateEnd => value.GetDateTimeOffset(),
            ObservationMeaning.Boolean => value.GetBoolean(),
            ObservationMeaning.Text => value.GetString()!,
            _ => Number(value),
        });
    }

    private static EvaluatedCondition ReadCondition(JsonElement json)
    {
        var expectation = Optional(json, "expect");
        var type = Optional(json, "type") is { } written ? Of<ObservedType>(written) : default;
        object? seen = !json.TryGetProperty("seen", out var value) ? null : (type, value.ValueKind) switch
        {
            (_, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
            (ObservedType.Duration, JsonValueKind.Number) => Duration(value),
            (ObservedType.Time, _) => value.GetDateTimeOffset(),
            (ObservedType.Number or ObservedType.Percent or ObservedType.Size, _) => Number(value),
            _ => value.GetString(),
        };
        return new EvaluatedCondition(
            expectation ?? json.GetProperty("warn").GetString()!, expectation is not null, json.GetProperty("applies").GetBoolean(),
            Of<Verdict>(json.GetProperty("verdict").GetString()), type, seen);
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
