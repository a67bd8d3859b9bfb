using System.Text.Json;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>Windows as JSON: those of the configuration, and those that operators made.</summary>
internal static class WindowsJson
{
    /// <summary>All of a kind that are open or to come.</summary>
    public static Answer List(Snapshot snapshot, WindowKind kind, DateTimeOffset now) =>
        new(StatusCodes.Status200OK, "application/json", HealthJson.Object(json =>
        {
            json.WriteStartArray("windows");
            foreach (var window in kind == WindowKind.Maintenance ? snapshot.Plan.Maintenance : [])
            {
                if (Occurrence(window, now) is { } start)
                {
                    json.WriteStartObject();
                    json.WriteString("source", "configuration");
                    Write(json, window, start, now);
                    json.WriteOptional("cron", window.Cron?.ToString());
                    json.WriteOptional("timeZone", window.Cron is null ? null : window.Zone.Id);
                    json.WriteEndObject();
                }
            }

            foreach (var made in snapshot.Windows.Where(made => made.Kind == kind && !made.HasEnded(now)))
            {
                json.WriteStartObject();
                Write(json, made, now);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));

    /// <summary>Writes a window that an operator made, within an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, OperatorWindow made, DateTimeOffset now)
    {
        json.WriteString("id", made.Id);
        json.WriteString("source", "api");
        Write(json, made.Window, made.Window.Start, now);
        json.WriteString("reason", made.Reason);
        json.WriteString("by", made.By);
        json.WriteTime("at", made.MadeAt);
    }

    private static void Write(Utf8JsonWriter json, MaintenanceWindow window, DateTimeOffset start, DateTimeOffset now)
    {
        json.WriteString("name", window.Name);
        json.WriteTexts("checks", window.Checks.Order(StringComparer.Ordinal));
        json.WriteTexts("groups", window.Groups.Order(StringComparer.Ordinal));
        json.WriteBoolean("active", window.IsOpen(now));
        json.WriteTime("start", start);
        json.WriteTime("until", start + window.Duration);
    }

    /// <summary>When it began that is open, or when the next one begins; null when none comes any more.</summary>
    private static DateTimeOffset? Occurrence(MaintenanceWindow window, DateTimeOffset now) => window.Cron is { } cron
        ? cron.GetNextOccurrence(now - window.Duration, window.Zone)
        : window.Start + window.Duration > now ? window.Start : null;
}
