using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using HealthAgent.Configuration;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>Makes windows and acknowledgements of what callers write. Pure, but for the identifiers.</summary>
internal static class WrittenWindows
{
    private const int MostNames = 100;
    private const int BytesOfId = 6;
    private static readonly TimeSpan LongestAhead = TimeSpan.FromDays(366);

    /// <summary>The acknowledgement; null where something is wrong, which is noted.</summary>
    /// <param name="written">What is written.</param>
    /// <param name="times">Notes what is wrong.</param>
    /// <param name="by">Who writes it.</param>
    /// <param name="now">The time.</param>
    public static Acknowledgement? ToAcknowledgement(WrittenAcknowledgement written, WrittenTimes times, string by, DateTimeOffset now)
    {
        var reason = times.Reason(written.Reason);
        var length = times.Length(now, written.Until, written.For, "for");
        return times.Errors.Count > 0 ? null : new Acknowledgement(by, now, now + length, reason);
    }

    /// <summary>The window; null where something is wrong, which is noted.</summary>
    /// <param name="written">What is written.</param>
    /// <param name="kind">What it does.</param>
    /// <param name="plan">The configuration, which has what it may be for.</param>
    /// <param name="times">Notes what is wrong.</param>
    /// <param name="by">Who writes it.</param>
    /// <param name="now">The time.</param>
    public static OperatorWindow? ToWindow(
        WrittenWindow written, WindowKind kind, AgentPlan plan, WrittenTimes times, string by, DateTimeOffset now)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(BytesOfId));
        if (written.Name is { } name && !CheckName.IsValid(name))
        {
            times.Reject("name", "is not a name; use small letters, digits and . _ - after a first letter or digit");
        }

        var checks = Names("checks", written.Checks, [.. plan.Checks.Select(static check => check.Name)], times);
        var groups = Names("groups", written.Groups, [.. plan.Checks.Select(static check => check.Group).OfType<string>()], times);
        if (written.Checks is null or [] && written.Groups is null or [])
        {
            times.Reject("checks", "is required, or groups: what it is for; [\"*\"] is all checks");
        }

        var start = times.Time("start", written.Start) ?? now;
        if (start > now + LongestAhead)
        {
            times.Reject("start", $"must be within {Units.Format(LongestAhead)}");
        }

        var length = times.Length(start, written.Until, written.Duration, "duration");
        if (written.Until is null && written.Duration is null)
        {
            times.Reject("duration", "is required, or until");
        }
        else if (start + length <= now)
        {
            times.Reject("duration", "is over already: it ends before now");
        }

        var reason = times.Reason(written.Reason);
        return times.Errors.Count > 0 ? null : new OperatorWindow(
            id, kind, new MaintenanceWindow(written.Name ?? id, checks, groups, Cron: null, start, length!.Value, TimeZoneInfo.Utc),
            reason, by, now);
    }

    private static FrozenSet<string> Names(
        string member, IReadOnlyList<string?>? written, FrozenSet<string> known, WrittenTimes times)
    {
        if (written is null)
        {
            return [];
        }

        if (written.Count > MostNames)
        {
            times.Reject(member, string.Create(CultureInfo.InvariantCulture, $"has more than {MostNames} names"));
            return [];
        }

        foreach (var name in written.Where(
            name => name is null || !(known.Contains(name) || (name == MaintenanceWindow.All && member == "checks"))))
        {
            var shown = PlainText.ShortLine(name ?? "null", MostNames);
            times.Reject(member, $"there is no '{shown}'{Suggestion.For(name ?? "", known)}");
        }

        return written.OfType<string>().ToFrozenSet(StringComparer.Ordinal);
    }
}
