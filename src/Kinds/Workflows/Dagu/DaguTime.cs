using System.Globalization;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>Times of Dagu: RFC 3339 with the server's offset, in whole seconds, and "" or "-" while unset.</summary>
internal static class DaguTime
{
    /// <summary>The time; null if there is none.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
            ? time
            : null;

    /// <summary>A duration in whole seconds, for reasons.</summary>
    public static string Words(TimeSpan duration) =>
        Math.Round(duration.TotalSeconds) is > 0 and var seconds ? Units.Format(TimeSpan.FromSeconds(seconds)) : "0s";
}
