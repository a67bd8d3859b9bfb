using System.Globalization;

namespace HealthAgent.Expectations;

/// <summary>Suggests what an invalid condition probably meant; most come from another product's syntax.</summary>
internal static class ConditionHints
{
    private static readonly Dictionary<string, string> OtherOperators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["="] = "==", ["==="] = "==", ["is"] = "==", ["equals"] = "==", ["eq"] = "==",
        ["<>"] = "!=", ["!=="] = "!=", ["=!"] = "!=", ["ne"] = "!=",
        ["=<"] = "<=", ["lt"] = "<", ["le"] = "<=", ["=>"] = ">=", ["gt"] = ">", ["ge"] = ">=",
        ["=~"] = "matches", ["~="] = "matches", ["~"] = "matches", ["!~"] = "not matches",
        ["CONTAINS"] = "contains", ["MATCHES"] = "matches", ["IN"] = "in", ["EXISTS"] = "exists", ["NOT"] = "not",
        ["has"] = "contains", ["includes"] = "contains",
    };

    private static readonly string[] Conjunctions = [" && ", " and ", " || ", " or "];

    /// <summary>The condition does not start with a value of the kind.</summary>
    public static string UnknownValue(string name, ReadOnlySpan<char> rest, ReadOnlySpan<char> text, IReadOnlyList<ObservedValue> values)
    {
        if (values.Count == 0)
        {
            return $"unknown value '{name}': this kind observes no values and takes no conditions";
        }

        if (name.Length == 0 && !text.IsEmpty)
        {
            return $"missing value before '{text}'";
        }

        if (name == "not" && Operators.FirstWord(rest) is { Length: > 0 } value)
        {
            return $"'not' goes after the value: '{value} not{rest[value.Length..]}'";
        }

        if (values.Any(known => known is { Name: "status", Type: ObservedType.Number }) && StatusCodes(text.ToString()) is { } codes)
        {
            return $"'{text}' is not a condition; write '{codes}'";
        }

        return $"'{name}' is not a value that this kind observes{Suggestion.For(name, values.Select(v => v.Name))}";
    }

    /// <summary>An operator of another language; null if there is none.</summary>
    public static string? WrongOperator(Operand left, bool negated, ReadOnlySpan<char> rest)
    {
        var word = Operators.FirstWord(rest);
        word = word.Length > 1 && word[0] == '=' && word[1] is not ('=' or '~' or '>' or '<' or '!') ? "=" : word;
        return OtherOperators.TryGetValue(word, out var meant) && !$" {Operators.All} not ".Contains($" {word} ", StringComparison.Ordinal)
            ? $"'{word}' is not an operator (did you mean '{$"{Subject(left, negated)} {meant} {rest[word.Length..].Trim()}".TrimEnd()}'?)"
            : null;
    }

    /// <summary>The operator is missing.</summary>
    public static string MissingOperator(Operand left, bool negated, ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return $"missing operator after '{Subject(left, negated)}'; use one of {Operators.All}";
        }

        // Only something that cannot be a misspelt operator is certainly a literal.
        return left.Type is not (ObservedType.Text or ObservedType.Header or ObservedType.Json)
            && Literal.TryParse(rest.ToString(), left.Type, allowRange: false, out _, out _)
                ? $"missing operator (did you mean '{Subject(left, negated)} == {rest}'?)"
                : $"'{Operators.FirstWord(rest)}' is not an operator; use one of {Operators.All}";
    }

    /// <summary>A second condition on the same line; null if there is none. Quoted text is never one.</summary>
    public static string? SecondCondition(string written, IReadOnlyList<ObservedValue> values)
    {
        foreach (var conjunction in Literal.IsQuoted(written) ? [] : Conjunctions)
        {
            var at = -1;
            while ((at = written.IndexOf(conjunction, at + 1, StringComparison.Ordinal)) >= 0)
            {
                var rest = written.AsSpan(at + conjunction.Length).TrimStart();
                var first = written.AsSpan(at + conjunction.Length).TrimStart();
                if (OperandParser.Take(ref rest, values, out _) is not null
                    && (Operators.TryTakeWord(ref rest, "not") || !rest.IsEmpty) && Operators.Take(ref rest) is not null)
                {
                    var remedy = conjunction is " && " or " and "
                        ? "write it as a separate entry (all entries must hold)"
                        : "there is no 'or'; use 'in' with several literals or 'matches' with alternatives";
                    return $"'{first}' is a second condition: {remedy}, or quote it if it is text";
                }
            }
        }

        return null;
    }

    /// <summary>A ratio such as <c>0.9</c> where a percentage is expected.</summary>
    public static string Ratio(string text, double number) =>
        $"'{text}' is a ratio: write {(number * 100).ToString("0.####", CultureInfo.InvariantCulture)}%, or {text}% if that is meant";

    /// <summary>What to write instead of a literal that is not the expected number.</summary>
    public static string NoNumber(string text, ObservedType type, bool quoted) => (type, quoted) switch
    {
        (_, true) when Literal.TryParse(text, type, allowRange: false, out _, out _) => $"; write it without quotes: {text}",
        (ObservedType.Number, false) when Range(text) is { } range => $"; write 'in {range}'",
        _ => "",
    };

    /// <summary>A body that is a bare number is compared as JSON.</summary>
    public static string NumberInText(Operand left, IReadOnlyList<ObservedValue> values) =>
        left.Value.Name == "body" && values.FirstOrDefault(value => value.Type == ObservedType.Json) is { } json
            ? $"; use '{json.Name} $' to compare a body that is a number"
            : "";

    private static string Subject(Operand left, bool negated) => negated ? $"{left.Text} not" : left.Text;

    private static string? StatusCodes(string text) => text switch
    {
        [>= '1' and <= '5', >= '0' and <= '9', >= '0' and <= '9'] => $"status == {text}' or, for several, 'status in [{text}, …]",
        _ => Range(text) is { } range ? $"status in {range}" : null,
    };

    /// <summary>The range meant by <c>2xx</c>, <c>200-299</c> or <c>200..299</c>.</summary>
    private static string? Range(string text) => text switch
    {
        [>= '1' and <= '5', 'x' or 'X', 'x' or 'X'] => $"{text[0]}00..{text[0]}99",
        _ when text.Split("..") is [var low, var high] && IsWhole(low) && IsWhole(high) => text,
        _ when text.Split('-') is [var low, var high] && IsWhole(low) && IsWhole(high) => $"{low.Trim()}..{high.Trim()}",
        _ => null,
    };

    private static bool IsWhole(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _);
}
