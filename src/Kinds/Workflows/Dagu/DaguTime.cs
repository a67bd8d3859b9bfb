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
}
