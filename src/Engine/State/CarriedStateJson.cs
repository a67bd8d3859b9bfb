using System.Globalization;
using System.Text.Json;
using HealthAgent.Settings;

namespace HealthAgent.State;

/// <summary>What outlives the process of a check, as JSON.</summary>
internal static class CarriedStateJson
{
    /// <summary>Writes a state as an object.</summary>
    public static void Write(Utf8JsonWriter json, CarriedState state)
    {
        json.WriteStartObject();
        json.WriteString("name", state.Name);
        json.WriteString("fingerprint", Hex(state.Fingerprint));
        json.WriteString("fingerprintWithoutCredentials", Hex(state.FingerprintWithoutCredentials));
        json.WriteString("status", state.Status.Name());
        json.WriteString("since", state.Since);
        json.WriteBoolean("hasVerdict", state.HasVerdict);
        json.WriteString("awaitedSince", state.AwaitedSince);
        json.WriteStartArray("streak");
        json.WriteNumberValue(state.Streak.Passes);
        json.WriteNumberValue(state.Streak.Warns);
        json.WriteNumberValue(state.Streak.Fails);
        json.WriteNumberValue(state.Streak.Misses);
        json.WriteEndArray();
        if (state.MissesSince is { } since)
        {
            json.WriteString("missesSince", since);
        }

        json.WriteNumber("changes", state.Flaps.Changes);
        json.WriteOptional("latest", state.Flaps.Latest?.Name());
        json.WriteBoolean("flapping", state.IsFlapping);
        json.WriteString("lastReportedStatus", state.LastReportedStatus.Name());
        json.WriteString("lastReportedAt", state.LastReportedAt);
        json.WriteNumber("transitions", state.Transitions);
        json.WriteStartArray("executions");
        foreach (var ending in state.Executions)
        {
            json.WriteStartObject();
            json.WriteString("outcome", ending.Result.Name());
            json.WriteOptional("errorType", ending.ErrorType?.Name());
            json.WriteNumber("count", ending.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (state.Last is { } last)
        {
            json.WritePropertyName("last");
            RunRecordJson.Write(json, last);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="JsonException">It is no state of a check.</exception>
    public static CarriedState Read(JsonElement json)
    {
        try
        {
            var streak = json.GetProperty("streak");
            return new CarriedState
            {
                Name = json.GetProperty("name").GetString()!,
                Fingerprint = Fingerprint(json.GetProperty("fingerprint")),
                FingerprintWithoutCredentials = Fingerprint(json.GetProperty("fingerprintWithoutCredentials")),
                Status = RunRecordJson.Of<CheckStatus>(json.GetProperty("status").GetString()),
                Since = json.GetProperty("since").GetDateTimeOffset(),
                HasVerdict = json.GetProperty("hasVerdict").GetBoolean(),
                AwaitedSince = json.GetProperty("awaitedSince").GetDateTimeOffset(),
                Streak = new Streak(streak[0].GetInt32(), streak[1].GetInt32(), streak[2].GetInt32(), streak[3].GetInt32()),
                MissesSince = json.TryGetProperty("missesSince", out var since) ? since.GetDateTimeOffset() : null,
                Flaps = new FlapHistory(
                    json.GetProperty("changes").GetUInt32(),
                    RunRecordJson.Optional(json, "latest") is { } latest ? RunRecordJson.Of<Result>(latest) : null),
                IsFlapping = json.GetProperty("flapping").GetBoolean(),
                LastReportedStatus = RunRecordJson.Of<CheckStatus>(json.GetProperty("lastReportedStatus").GetString()),
                LastReportedAt = json.GetProperty("lastReportedAt").GetDateTimeOffset(),
                Transitions = json.GetProperty("transitions").GetInt64(),
                Executions = [.. json.GetProperty("executions").EnumerateArray().Select(ReadEnding)],
                Last = json.TryGetProperty("last", out var last) ? RunRecordJson.Read(last) : null,
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException
            or OverflowException or IndexOutOfRangeException)
        {
            throw new JsonException("this is no state of a check", e);
        }
    }

    private static ExecutionCount ReadEnding(JsonElement json) => new(
        RunRecordJson.Of<Result>(json.GetProperty("outcome").GetString()),
        RunRecordJson.Optional(json, "errorType") is { } error ? ErrorTypes.Parse(error) : null,
        json.GetProperty("count").GetInt64());

    private static string Hex(Fingerprint fingerprint) => fingerprint.Hash.ToString("x32", CultureInfo.InvariantCulture);

    private static Fingerprint Fingerprint(JsonElement json) =>
        new(UInt128.Parse(json.GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
}
