using System.Globalization;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Maintenance of Gatus, which comes each day or on some days of the week, as a window of ours.</summary>
internal static class GatusMaintenance
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <summary>Reads one; null where nothing is left of it.</summary>
    /// <param name="written">The section.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="check">The check that it is for; <c>*</c> for all.</param>
    public static YamlMap? Of(ForeignMap written, string name, string check)
    {
        if (!written.Flag("enabled", byDefault: true))
        {
            written.Note("it is switched off; left out");
            return null;
        }

        var (start, zone) = (written.Scalar("start"), written.Scalar("timezone"));
        var (duration, days) = (written.Scalar("duration"), written.Scalars("every"));
        written.RefuseRest();
        if (!TimeOnly.TryParseExact(start?.Value, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            written.Note("'start' is not a time such as 23:00; left out");
            return null;
        }

        var numbers = days.Select(day => Array.IndexOf(Days, day.Value)).ToList();
        if (numbers.Contains(-1))
        {
            written.Note("'every' has something else than days such as Monday; left out");
            return null;
        }

        var weekdays = numbers.Count == 0 ? "*" : string.Join(',', numbers);
        return new Draft(written.Where)
            .Add("name", name)
            .Append("checks", written.Where, check)
            .Add("cron", new YamlScalar(start!.Where, $"{time.Minute} {time.Hour} * * {weekdays}", IsPlain: false))
            .Add("duration", duration, text => ForeignDuration.Parse(text) is { } length ? Units.FormatExactly(length) : text)
            .Add("timeZone", zone, GatusText.ToOurs).Map;
    }
}
