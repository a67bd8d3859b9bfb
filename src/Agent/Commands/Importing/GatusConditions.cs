using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>A condition of Gatus as one of ours.</summary>
/// <param name="Text">What it becomes; null where the check implies it, or it cannot be taken over.</param>
/// <param name="Problem">Why it cannot be taken over; null where it was.</param>
internal readonly record struct GatusCondition(string? Text, string? Problem = null);

/// <summary>Translates conditions such as <c>[BODY].status == UP</c>.</summary>
internal static partial class GatusConditions
{
    private const string Any = "any(", Pattern = "pat(", Length = "len(", Has = "has(";

    private static readonly string[] Operators = ["==", "!=", "<=", ">=", ">", "<"];

    /// <summary>Translates one.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="kind">The kind of the check.</param>
    public static GatusCondition Translate(string condition, string kind)
    {
        if (Operators.FirstOrDefault(op => condition.Contains($" {op} ", StringComparison.Ordinal)) is not { } op
            || condition.Split($" {op} ") is not [var left, var right])
        {
            return new(null, "it is not VALUE OPERATOR VALUE; write it by hand");
        }

        (left, right) = (left.Trim(), right.Trim());
        if (!IsValue(left) && IsValue(right))
        {
            (left, right, op) = (right, left, op switch { "<" => ">", ">" => "<", "<=" => ">=", ">=" => "<=", _ => op });
        }

        return left.ToUpperInvariant() switch
        {
            "[CONNECTED]" => Connected(op, right),
            "[STATUS]" when kind == "http" => Status(op, right),
            "[RESPONSE_TIME]" => OfDuration("latency", op, right),
            "[CERTIFICATE_EXPIRATION]" when kind is "http" or "tls" => OfDuration("certificate.expiresIn", op, right),
            "[BODY].STATUS" when kind == "grpc" && op is "==" or "!=" => new($"status {op} {right.ToLowerInvariant()}"),
            "[DOMAIN_EXPIRATION]" => new(null, Unavailable.Kind("domain")),
            "[DNS_RCODE]" => new(null, Unavailable.Kind("dns")),
            "[IP]" => new(null, "no kind observes the address that was connected to; not taken over"),
            _ when kind == "http" && Body(left) is { } body => OfBody(body, op, right),
            _ => new(null, $"a check of kind {kind} does not observe it; not taken over"),
        };
    }

    private static bool IsValue(string text) => Value().IsMatch(text);

    // A run that does not connect fails.
    private static GatusCondition Connected(string op, string right) =>
        (op, right) is ("==", "true") or ("!=", "false")
            ? default
            : new(null, "a check cannot expect that it does not connect; not taken over");

    private static GatusCondition Status(string op, string right) => right switch
    {
        _ when Inner(right, Any) is { } any => new($"status {(op == "!=" ? "not in" : "in")} {ConditionText.List(Split(any))}"),
        _ when Inner(right, Pattern) is [>= '1' and <= '5' and var digit, '*' or '?', ..] =>
            new($"status {(op == "!=" ? "not in" : "in")} {digit}00..{digit}99"),
        _ when int.TryParse(right, CultureInfo.InvariantCulture, out _) => new($"status {op} {right}"),
        _ => new(null, "only numbers and any(…) can be compared with a status; write it by hand"),
    };

    private static GatusCondition OfDuration(string value, string op, string right) =>
        double.TryParse(right, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e12
            ? new($"{value} {op} {Units.FormatExactly(TimeSpan.FromMilliseconds(milliseconds))}")
            : ForeignDuration.Parse(right) is { } duration
                ? new($"{value} {op} {Units.FormatExactly(duration)}")
                : new(null, "only a duration can be compared with it; write it by hand");

    /// <summary>Our value for what is said of the body, and whether it is its existence; null where it is nothing of it.</summary>
    private static (string Value, bool IsText, bool IsExistence)? Body(string left)
    {
        var (isLength, isExistence) = (Inner(left, Length) is not null, Inner(left, Has) is not null);
        var inner = Inner(left, Length) ?? Inner(left, Has) ?? left;
        if (!inner.StartsWith("[BODY]", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = inner["[BODY]".Length..];
        if (rest.Length == 0)
        {
            return isLength ? ("len(json $)", false, false) : isExistence ? ("body", true, true) : ("body", true, false);
        }

        return PathOf(rest) is not { } path ? null : isLength ? ($"len(json {path})", false, false) : ($"json {path}", false, isExistence);
    }

    private static GatusCondition OfBody((string Value, bool IsText, bool IsExistence) body, string op, string right)
    {
        var (value, isText, isExistence) = body;
        var isEquality = op is "==" or "!=";
        if (isExistence)
        {
            return isEquality && right is "true" or "false"
                ? new($"{value} {(op == "==" == (right == "true") ? "exists" : "not exists")}")
                : new(null, "has() is compared with true or false; write it by hand");
        }

        if (Body(right) is { } other)
        {
            return isText || other.IsText || other.IsExistence
                ? new(null, "two values can be compared where both are parts of a JSON body; write it by hand")
                : new($"{value} {op} {other.Value}");
        }

        if (isEquality && Inner(right, Any) is { } any)
        {
            return new($"{value} {(op == "!=" ? "not in" : "in")} {ConditionText.List(Split(any))}");
        }

        if (isEquality && Inner(right, Pattern) is { } pattern)
        {
            return pattern.AsSpan().ContainsAny('[', '\\')
                ? new(null, "a pattern with [ or \\ is not translated; write a regular expression after 'matches'")
                : pattern.Trim('*').Length == 0 ? new($"{value} {(op == "!=" ? "not exists" : "exists")}")
                : new($"{value} {(op == "!=" ? "not " : "")}{Matching(pattern)}");
        }

        return isEquality ? new($"{value} {op} {ConditionText.Literal(right)}")
            : !double.TryParse(right, CultureInfo.InvariantCulture, out _) ? new(null, "only a number can be ordered; write it by hand")
            : new($"{(isText ? "json $" : value)} {op} {right}");
    }

    /// <summary>A pattern of <c>*</c> and <c>?</c>, as simple as it can be said.</summary>
    private static string Matching(string pattern)
    {
        var (isOpen, isOpenEnd, core) = (pattern.StartsWith('*'), pattern.EndsWith('*'), pattern.Trim('*'));
        if (isOpen && isOpenEnd && !core.AsSpan().ContainsAny('*', '?') && core.Trim().Length > 0)
        {
            return $"contains {ConditionText.Literal(core)}";
        }

        var expression = Regex.Escape(core).Replace(@"\ ", " ", StringComparison.Ordinal)
            .Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal);
        return "matches " + ConditionText.Expression(
            $"{(core.AsSpan().ContainsAny('*', '?') ? "(?s)" : "")}{(isOpen ? "" : "^")}{expression}{(isOpenEnd ? "" : "$")}");
    }

    /// <summary>A path such as <c>.data[0].id</c> as ours; null where it is none.</summary>
    private static string? PathOf(string written)
    {
        var keys = Key().Matches(written);
        return keys.Count == 0 || string.Concat(keys.Select(key => key.Value)) != written ? null
            : "$" + string.Concat(keys.Select(key =>
                key.Groups["name"] is { Success: true, Value: var name } ? NameInPath(name) : key.Value));
    }

    /// <summary>A name as a part of a path.</summary>
    internal static string NameInPath(string name) => Plain().IsMatch(name) ? $".{name}"
        : name.Contains('\'', StringComparison.Ordinal) ? $"[\"{name}\"]" : $"['{name}']";

    private static string? Inner(string text, string function) =>
        text.StartsWith(function, StringComparison.OrdinalIgnoreCase) && text.EndsWith(')') ? text[function.Length..^1] : null;

    private static IEnumerable<string> Split(string items) => items.Split(',').Select(item => item.Trim());

    [GeneratedRegex(@"^((len|has)\()?\[[A-Z_]+\]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();

    [GeneratedRegex(@"\.(?<name>[^.\[\]]+)|\[(?<index>[0-9]{1,9})\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex("^[A-Za-z0-9_-]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();
}
