using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>What operators said, on the disk: written whenever it changes, and read at the start.</summary>
internal sealed partial class OperationsFile(StateDirectory directory, ILogger<OperationsFile> logger) : IStateListener
{
    /// <summary>Its name in the directory.</summary>
    public const string Name = "operations.json";

    private Task<bool> _saving = Task.FromResult(false);

    /// <summary>
    /// Why what was just said would not outlive a restart, for the one who said it; null where it would. Waits for the disk, which has some
    /// seconds.
    /// </summary>
    public async Task<string?> WarnAsync() => await Volatile.Read(ref _saving) ? null
        : directory.IsGiven ? "held in memory until agent.history.path can be written; a restart before then loses it"
        : "held in memory only; set agent.history.path to keep it over a restart";

    /// <summary>What was said before the start.</summary>
    public CarriedOperations Load()
    {
        if (directory.Read(Name) is not { } bytes)
        {
            return CarriedOperations.None;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException
            or ArgumentException or OverflowException)
        {
            LogUnreadable(Name, e.Message);
            return CarriedOperations.None;
        }
    }

    /// <inheritdoc />
    public void OnOperations(Snapshot snapshot) =>
        Volatile.Write(ref _saving, directory.SaveAsync(Name, JsonText.Bytes(json => Write(json, CarriedOperations.Of(snapshot)))));

    /// <inheritdoc />
    public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
    {
    }

    /// <inheritdoc />
    public void OnFlapping(CheckState state, CompletedRun run)
    {
    }

    /// <inheritdoc />
    public void OnTransition(Transition transition)
    {
    }

    private static void Write(Utf8JsonWriter json, CarriedOperations operations)
    {
        json.WriteStartObject();
        json.WriteStartArray("acknowledgements");
        foreach (var (check, given) in operations.Acknowledgements)
        {
            json.WriteStartObject();
            json.WriteString("check", check);
            json.WriteString("by", given.By);
            json.WriteString("at", given.At);
            if (given.Until is { } until)
            {
                json.WriteString("until", until);
            }

            json.WriteString("reason", given.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("windows");
        foreach (var made in operations.Windows)
        {
            json.WriteStartObject();
            json.WriteString("id", made.Id);
            json.WriteString("kind", RunRecordJson.Spelling(made.Kind));
            json.WriteString("name", made.Window.Name);
            json.WriteTexts("checks", made.Window.Checks);
            json.WriteTexts("groups", made.Window.Groups);
            json.WriteString("start", made.Window.Start);
            json.WriteNumber("duration", RunRecordJson.Seconds(made.Window.Duration));
            json.WriteString("reason", made.Reason);
            json.WriteString("by", made.By);
            json.WriteString("at", made.MadeAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static CarriedOperations Read(JsonElement json) => new(
        json.GetProperty("acknowledgements").EnumerateArray().ToImmutableDictionary(
            static given => Text(given, "check"),
            static given => new Acknowledgement(
                Text(given, "by"), given.GetProperty("at").GetDateTimeOffset(),
                given.TryGetProperty("until", out var until) ? until.GetDateTimeOffset() : null, Text(given, "reason")),
            StringComparer.Ordinal),
        [.. json.GetProperty("windows").EnumerateArray().Select(ReadWindow)]);

    private static OperatorWindow ReadWindow(JsonElement json) => new(
        Text(json, "id"),
        RunRecordJson.Of<WindowKind>(Text(json, "kind")),
        new MaintenanceWindow(
            Text(json, "name"), Texts(json, "checks"), Texts(json, "groups"), Cron: null, json.GetProperty("start").GetDateTimeOffset(),
            RunRecordJson.Duration(json.GetProperty("duration")), TimeZoneInfo.Utc),
        Text(json, "reason"),
        Text(json, "by"),
        json.GetProperty("at").GetDateTimeOffset());

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException(name);

    private static FrozenSet<string> Texts(JsonElement json, string name) =>
        json.GetProperty(name).EnumerateArray().Select(static text => text.GetString()!).ToFrozenSet(StringComparer.Ordinal);

    [LoggerMessage(50, LogLevel.Warning,
        "{Name} in agent.history.path cannot be read: {Reason}. Continuing without acknowledgements, silences and windows made before")]
    private partial void LogUnreadable(string name, string reason);
}
