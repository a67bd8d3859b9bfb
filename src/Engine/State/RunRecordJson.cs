using System.Diagnostics;
using System.Text.Json;

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
        json.WriteOptional("errorType", run.ErrorType?.Name());
        json.WriteOptional("reason", run.Reason);
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

        ObservedJson.Write(json, run.Verdict.Observations, run.Verdict.Conditions);
        StepRecordJson.Write(json, run.Verdict.Steps);
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
                ObservedJson.ReadObservations(json),
                ObservedJson.ReadConditions(json))
            {
                Steps = StepRecordJson.Read(json),
            };
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

    /// <summary>The value of an enumeration by its name, however it is capitalized.</summary>
    /// <exception cref="FormatException">There is none of the name.</exception>
    public static T Of<T>(string? name) where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : throw new FormatException(name);

    /// <summary>The name of a value of an enumeration, as it is written.</summary>
    public static string Spelling<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(Enum.GetName(value)!);
}
