using System.Globalization;

namespace HealthAgent.Operations;

/// <summary>Reads what a caller wrote about times and reasons; what is wrong is noted, each with its member.</summary>
/// <param name="now">The time.</param>
internal sealed class WrittenTimes(DateTimeOffset now)
{
    /// <summary>How long anything that an operator says may hold.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private const int LongestReason = 500;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly List<string> _errors = [];

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Notes what is wrong with a member.</summary>
    public void Reject(string member, string error) => _errors.Add($"{member}: {error}");

    /// <summary>The reason in one line.</summary>
    public string Reason(string? written)
    {
        if (string.IsNullOrWhiteSpace(written))
        {
            Reject("reason", "is required: say why, for those who read it later");
            return "";
        }

        if (written.Length > LongestReason)
        {
            Reject("reason", string.Create(CultureInfo.InvariantCulture, $"is longer than {LongestReason} characters"));
        }

        return PlainText.Line(written.Trim());
    }

    /// <summary>A time of RFC 3339; null where nothing, or nothing right, is written.</summary>
    public DateTimeOffset? Time(string member, string? written)
    {
        if (written is null)
        {
            return null;
        }

        // Without an offset, everybody would take it for his own.
        if (written is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _]
            && DateTimeOffset.TryParseExact(
                written, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time.ToUniversalTime();
        }

        Reject(member, "is not a time; write 2026-11-28T22:00:00Z, or +01:00 instead of Z");
        return null;
    }

    /// <summary>How long from a time on: by an end or a length, of which there is one at the most; null where neither is right.</summary>
    /// <param name="start">From when.</param>
    /// <param name="until">The end as written.</param>
    /// <param name="length">The length as written.</param>
    /// <param name="member">The name of the length.</param>
    public TimeSpan? Length(DateTimeOffset start, string? until, string? length, string member)
    {
        if (until is not null && length is not null)
        {
            Reject(member, $"write either this or until");
            return null;
        }

        TimeSpan? found = null;
        if (length is not null)
        {
            if (Units.TryParseDuration(length, out var duration))
            {
                found = duration;
            }
            else
            {
                Reject(member, "is not a duration; write 30m, 2h or 1d");
            }
        }
        else if (Time("until", until) is { } end)
        {
            (found, member) = (end - start, "until");
            if (end <= now)
            {
                Reject(member, "has passed");
                return null;
            }
        }

        if (found < Shortest || found > Longest)
        {
            Reject(member, $"must be {Units.Format(Shortest)} to {Units.Format(Longest)} long");
            return null;
        }

        return found;
    }
}
