using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>What Uptime Kuma expects of an answer over HTTP, as conditions.</summary>
internal static partial class UptimeKumaConditions
{
    /// <summary>Writes them.</summary>
    public static void Add(ForeignMap monitor, string type, Draft check)
    {
        AddStatus(monitor, check);
        if (type == "keyword" && monitor.Scalar("keyword") is { } keyword)
        {
            check.Append("expect", keyword.Where, Draft.Literally(
                $"body {(monitor.Flag("invertKeyword") ? "not contains" : "contains")} {ConditionText.Literal(keyword.Value)}"));
        }

        if (type == "json-query")
        {
            AddQuery(monitor, check);
        }

        if (monitor.Flag("expiryNotification") && monitor.Text("url")?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) is true)
        {
            // It notifies 21, 14 and 7 days before.
            check.Append("warn", monitor.PlaceOf("expiryNotification"), "certificate.expiresIn < 21d");
        }
    }

    private static void AddStatus(ForeignMap monitor, Draft check)
    {
        var codes = monitor.Scalars("accepted_statuscodes");
        var ranges = codes.Select(code => code.Value.Split('-')).ToList();
        if (codes.Count == 0 || codes is [{ Value: "200-299" }])
        {
            return;
        }

        check.Append("expect", codes[0].Where, codes.Count == 1 && ranges[0].Length == 1
            ? $"status == {codes[0].Value}"
            : $"status in [{string.Join(", ", ranges.Select(range => string.Join("..", range.Select(end => end.Trim()))))}]");
    }

    private static void AddQuery(ForeignMap monitor, Draft check)
    {
        var (path, expected) = (monitor.Scalar("jsonPath"), monitor.Scalar("expectedValue"));
        var op = monitor.Text("jsonPathOperator") is { Length: > 0 } written ? written : "==";
        var value = PathOf(path?.Value ?? "$");
        var isOrdering = op is "<" or "<=" or ">" or ">=";
        if (value is null || expected is null || !(isOrdering || op is "==" or "!=" or "contains")
            || (isOrdering && !double.TryParse(expected.Value, CultureInfo.InvariantCulture, out _)))
        {
            monitor.Note(path?.Where ?? monitor.Where, "jsonPath",
                "only a path to one value is known, not all of JSONata; write a condition such as json $.status == up");
            return;
        }

        check.Append("expect", path?.Where ?? expected.Where, Draft.Literally(
            $"json {value} {op} {(isOrdering ? expected.Value : ConditionText.Literal(expected.Value))}"));
    }

    /// <summary>A path as ours; null where it is more than that.</summary>
    private static string? PathOf(string jsonata)
    {
        var rest = jsonata.Trim();
        rest = rest.StartsWith('$') ? rest[1..] : rest;
        rest = rest.Length > 0 && rest[0] is not ('.' or '[') ? "." + rest : rest;
        var parts = Part().Matches(rest);
        return string.Concat(parts.Select(part => part.Value)) != rest ? null
            : "$" + string.Concat(parts.Select(part => part.Groups["index"] is { Success: true, Value: var index } ? $"[{index}]"
                : GatusConditions.NameInPath(part.Groups["name"].Value)));
    }

    [GeneratedRegex(@"\.(?<name>[A-Za-z_][A-Za-z0-9_]*)|\.`(?<name>[^`]+)`|\[(?<index>-?[0-9]{1,9})\]", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
