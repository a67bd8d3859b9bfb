using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Durations as Go and Prometheus write them: <c>1h30m</c>, <c>1.5s</c>, <c>2w</c>.</summary>
internal static partial class ForeignDuration
{
    /// <summary>Parses one; null where it is none, or longer than anything that is configured.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (!Form().IsMatch(text))
        {
            return null;
        }

        var seconds = Part().Matches(text).Sum(part =>
            double.Parse(part.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * SecondsOf(part.Groups["unit"].Value));
        return seconds < TimeSpan.FromDays(36_500).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static double SecondsOf(string unit) => unit switch
    {
        "ns" => 1e-9,
        "us" or "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => 365 * 86_400,
    };

    private const string OnePart = @"(?<number>[0-9]{1,12}(\.[0-9]{0,12})?)(?<unit>ns|us|µs|ms|s|m|h|d|w|y)";

    [GeneratedRegex($"^({OnePart})+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex(OnePart, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
