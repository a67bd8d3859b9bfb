using Cronos;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>
/// A cron expression as Dagu reads it: five fields, optionally after <c>CRON_TZ=ZONE</c>, compared with the clock on the wall minute by
/// minute. So a time that a change to summer time skips never comes, and one that a change to winter time repeats comes twice.
/// </summary>
/// <remarks>Rule: github.com/robfig/cron v3, parser without seconds and descriptors.</remarks>
internal sealed class DaguCron
{
    private const int Fields = 5, DayOfMonth = 2, DayOfWeek = 4;

    // A wall clock cannot be further from another one.
    private static readonly TimeSpan LargestShift = TimeSpan.FromHours(3);

    private static readonly TimeSpan[] Windows =
        [.. new[] { 1.0 / 12, 3, 48, 24 * 40, 24 * 400, 24 * 366 * 8 }.Select(TimeSpan.FromHours)];

    private readonly CronExpression[] _alternatives;
    private readonly TimeZoneInfo? _zone;

    private DaguCron(CronExpression[] alternatives, TimeZoneInfo? zone) => (_alternatives, _zone) = (alternatives, zone);

    /// <summary>Reads an expression.</summary>
    /// <returns>The expression; null if Dagu would not accept it, or if this machine does not know its time zone.</returns>
    public static DaguCron? Parse(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        TimeZoneInfo? zone = null;
        if (fields.Length > 0 && fields[0].Split('=') is ["CRON_TZ" or "TZ", var name])
        {
            if (name is not ("" or "Local") && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
            {
                return null;
            }

            fields = fields[1..];
        }

        if (fields.Length != Fields || fields[0][0] == '@')
        {
            return null;
        }

        // In every field, Dagu takes a question mark for a star.
        fields = [.. fields.Select(field => field.Replace('?', '*'))];
        var alternatives = IsAny(fields[DayOfMonth]) || IsAny(fields[DayOfWeek])
            ? [fields]
            // Where both days are limited, either suffices.
            : new[] { Without(fields, DayOfMonth), Without(fields, DayOfWeek) };
        try
        {
            return new DaguCron([.. alternatives.Select(one => CronExpression.Parse(string.Join(' ', one)))], zone);
        }
        catch (CronFormatException)
        {
            return null;
        }
    }

    /// <summary>The times in a span, in order.</summary>
    /// <param name="after">The start, not included.</param>
    /// <param name="until">The end, included.</param>
    /// <param name="offset">How far the server's clock is from UTC; for expressions that name no time zone.</param>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset until, TimeSpan offset)
    {
        if (_zone is null)
        {
            return OnTheWall(Wall(after, offset), Wall(until, offset)).Select(wall => new DateTimeOffset(wall.Ticks, offset))
                .Where(time => time > after && time <= until);
        }

        var (first, last) = (_zone.GetUtcOffset(after), _zone.GetUtcOffset(until));
        var shift = first == last ? TimeSpan.Zero : LargestShift;
        return OnTheWall(Wall(after, first) - shift, Wall(until, last) + shift).SelectMany(InZone)
            .Where(time => time > after && time <= until).Order();
    }

    /// <summary>The latest time that is not after another; null if none was in the eight years before.</summary>
    public DateTimeOffset? Latest(DateTimeOffset until, TimeSpan offset)
    {
        foreach (var window in Windows)
        {
            if (Between(until - window, until, offset).Select(time => (DateTimeOffset?)time).LastOrDefault() is { } latest)
            {
                return latest;
            }
        }

        return null;
    }

    private IEnumerable<DateTimeOffset> InZone(DateTime wall)
    {
        var local = DateTime.SpecifyKind(wall, DateTimeKind.Unspecified);
        if (_zone!.IsInvalidTime(local))
        {
            return [];
        }

        return _zone.IsAmbiguousTime(local)
            ? _zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset))
            : [new DateTimeOffset(local, _zone.GetUtcOffset(local))];
    }

    /// <summary>The matching readings of a wall clock, which are in UTC for lack of a zone.</summary>
    private IEnumerable<DateTime> OnTheWall(DateTime after, DateTime until) => _alternatives.Length == 1
        ? Occurrences(_alternatives[0], after, until)
        : _alternatives.SelectMany(one => Occurrences(one, after, until)).Distinct().Order();

    private static IEnumerable<DateTime> Occurrences(CronExpression cron, DateTime after, DateTime until) =>
        cron.GetOccurrences(after, until, fromInclusive: true, toInclusive: true);

    private static DateTime Wall(DateTimeOffset time, TimeSpan offset) =>
        DateTime.SpecifyKind(time.UtcDateTime + offset, DateTimeKind.Utc);

    /// <summary>Whether a field has a star; one with a step of its own is a limit.</summary>
    private static bool IsAny(string field) => field.Split(',').Any(part => part is "*" or "*/1");

    private static string[] Without(string[] fields, int index) => [.. fields.Select((field, i) => i == index ? "*" : field)];
}
