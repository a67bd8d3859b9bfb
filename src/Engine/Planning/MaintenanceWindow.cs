using System.Collections.Frozen;
using System.Globalization;
using Cronos;
using HealthAgent.Configuration;

namespace HealthAgent.Planning;

/// <summary>A time in which checks may fail: they are run, but neither reported nor counted.</summary>
/// <param name="Name">For people.</param>
/// <param name="Checks">The names of the checks that it is for; <see cref="All"/> among them for all, of whichever source.</param>
/// <param name="Groups">The groups of checks that it is for.</param>
/// <param name="Cron">When it begins, again and again; null for one that comes once.</param>
/// <param name="Start">When it begins, once.</param>
/// <param name="Duration">How long it lasts.</param>
/// <param name="Zone">Where the clock hangs that <paramref name="Cron"/> is read from.</param>
internal sealed record MaintenanceWindow(
    string Name, FrozenSet<string> Checks, FrozenSet<string> Groups, CronExpression? Cron, DateTimeOffset Start, TimeSpan Duration,
    TimeZoneInfo Zone)
{
    /// <summary>What stands for all checks.</summary>
    public const string All = "*";

    // Whether an expression ever comes must not depend on when it is read. The calendar repeats itself within 400 years.
    private static readonly DateTimeOffset AnyTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Whether it is for a check.</summary>
    public bool Covers(CheckPlan check) =>
        Checks.Contains(All) || Checks.Contains(check.Name) || (check.Group is { } group && Groups.Contains(group));

    /// <summary>Whether it is open: from its beginning on, and no longer at its end.</summary>
    public bool IsOpen(DateTimeOffset now) => Cron is null
        ? now >= Start && now - Start < Duration
        : Cron.GetNextOccurrence(now - Duration, Zone, inclusive: false) <= now;

    /// <summary>Whether the other is written alike.</summary>
    public bool Equals(MaintenanceWindow? other) => other is not null
        && (Name, Cron?.ToString(), Start) == (other.Name, other.Cron?.ToString(), other.Start)
        && (Duration, Zone.Id) == (other.Duration, other.Zone.Id)
        && Checks.SetEquals(other.Checks) && Groups.SetEquals(other.Groups);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Start, Duration);

    /// <summary>Resolves windows; what is wrong with them, besides the names of checks and groups, is noted.</summary>
    public static IReadOnlyList<SourcedWindow> Plan(AgentOptions options) =>
        [.. options.Maintenance.Select(window => new SourcedWindow(Plan(window), window.Settings.Path, window.Checks, window.Groups))];

    private static MaintenanceWindow Plan(MaintenanceOptions window)
    {
        if (window.Checks.Count + window.Groups.Count == 0)
        {
            window.Settings.Reject("checks", "'checks' or 'groups' is required: what the window is for; checks: [\"*\"] is all");
        }

        if (window.Cron is null == window.Start is null)
        {
            window.Settings.Reject(
                window.Cron is null ? "" : "start",
                "a window has either 'cron', such as \"0 2 * * *\", or 'start', such as 2026-11-22T22:00:00Z");
        }

        if (window.Duration is null && !window.Settings.Has("duration"))
        {
            window.Settings.Reject("duration", "'duration' is required");
        }

        return new MaintenanceWindow(
            window.Name,
            window.Checks.Select(check => check.Text).ToFrozenSet(StringComparer.Ordinal),
            window.Groups.Select(group => group.Text).ToFrozenSet(StringComparer.Ordinal),
            ReadCron(window),
            ReadStart(window),
            window.Duration ?? TimeSpan.FromSeconds(1),
            ReadZone(window));
    }

    private static CronExpression? ReadCron(MaintenanceOptions window)
    {
        try
        {
            var cron = window.Cron is null ? null : CronExpression.Parse(window.Cron);
            if (cron is not null && cron.GetNextOccurrence(AnyTime, TimeZoneInfo.Utc) is null)
            {
                window.Settings.Reject("cron", $"'{window.Cron}' never comes: no month that it names has such a day");
            }

            return cron;
        }
        catch (CronFormatException e)
        {
            var reason = e.Message.Replace("character '\0'", "end", StringComparison.Ordinal);
            window.Settings.Reject(
                "cron", $"'{window.Cron}' is not a cron expression of minute, hour, day, month, weekday: {reason}");
            return null;
        }
    }

    private static DateTimeOffset ReadStart(MaintenanceOptions window)
    {
        DateTimeOffset start = default;
        if (window.Start is not null && !DateTimeOffset.TryParseExact(
            window.Start, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out start))
        {
            window.Settings.Reject("start", $"'{window.Start}' is not a time; write 2026-11-22T22:00:00Z, or +01:00 instead of Z");
        }

        return start;
    }

    private static TimeZoneInfo ReadZone(MaintenanceOptions window)
    {
        var zone = TimeZoneInfo.Utc;
        if (window.TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out zone))
        {
            window.Settings.Reject("timeZone", $"this machine knows no time zone '{window.TimeZone}'; write one such as Europe/Paris");
        }

        return zone ?? TimeZoneInfo.Utc;
    }
}
