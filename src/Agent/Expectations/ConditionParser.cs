using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>Reads conditions against the values that a kind observes; says what is wrong in words an operator can act on.</summary>
internal static class ConditionParser
{
    private static readonly (string Symbol, Operator Operator)[] Operators =
    [
        ("==", Operator.Equal), ("!=", Operator.NotEqual), ("<=", Operator.LessOrEqual), (">=", Operator.GreaterOrEqual),
        ("<", Operator.Less), (">", Operator.Greater), ("contains", Operator.Contains), ("matches", Operator.Matches),
        ("in", Operator.In), ("exists", Operator.Exists),
    ];

    /// <summary>Reads one condition; on failure <paramref name="error"/> says what is wrong.</summary>
    public static Condition? Parse(string text, IReadOnlyList<ObservedValue> values, out string? error)
    {
        error = null;
        var rest = text.AsSpan().Trim();
        var name = TakeName(ref rest);
        if (values.FirstOrDefault(value => name == value.Name) is not { } value)
        {
            error = values.Count == 0
                ? $"no conditions are possible here: this kind observes no values, so '{name}' is unknown"
                : $"'{name}' is not a value that this kind observes{Suggestion.For(name, values.Select(v => v.Name))}";
            return null;
        }

        var argument = value.TakesArgument ? TakeArgument(ref rest) : null;
        JsonPath? path = null;
        if (value.Type == ObservedType.Json && !JsonPath.TryParse(argument, out path))
        {
            error = $"'{value.Name}' needs a path to one value, such as '{value.Name} $.status'; '{argument}' is none";
            return null;
        }

        if (value.Type == ObservedType.Header && string.IsNullOrEmpty(argument))
        {
            error = $"'{value.Name}' needs a name, such as '{value.Name} Server'";
            return null;
        }

        var negated = TryTakeWord(ref rest, "not");
        if (TakeOperator(ref rest) is not { } op)
        {
            error = rest.IsEmpty
                ? $"an operator is missing after '{text.Trim()}': one of == != < <= > >= contains matches in exists"
                : $"'{FirstWord(rest)}' is not an operator: one of == != < <= > >= contains matches in exists";
            return null;
        }

        error = Misfit(op, value);
        if (error is not null || ReadLiterals(op, rest, value, out error) is not { } literals)
        {
            return null;
        }

        var pattern = op == Operator.Matches ? ReadPattern(literals[0].Text, out error) : null;
        return error is not null ? null : new Condition
        {
            Text = text.Trim(),
            Value = value,
            Header = value.Type == ObservedType.Header ? argument : null,
            Path = path,
            Operator = op,
            Negated = negated,
            Literals = literals,
            Pattern = pattern,
        };
    }

    private static string? Misfit(Operator op, ObservedValue value)
    {
        var ordered = value.Type is ObservedType.Number or ObservedType.Percent or ObservedType.Duration or ObservedType.Size or ObservedType.Json;
        var textual = value.Type is ObservedType.Text or ObservedType.Header or ObservedType.Json;
        return op switch
        {
            Operator.Less or Operator.LessOrEqual or Operator.Greater or Operator.GreaterOrEqual when !ordered =>
                $"'{value.Name}' is {Described(value.Type)} and cannot be compared by size",
            Operator.Contains or Operator.Matches when !textual => $"'{value.Name}' is {Described(value.Type)}, not text",
            _ => null,
        };
    }

    private static List<Literal>? ReadLiterals(Operator op, ReadOnlySpan<char> rest, ObservedValue value, out string? error)
    {
        error = null;
        var written = rest.Trim().ToString();
        if (op == Operator.Exists)
        {
            error = written.Length == 0 ? null : $"'exists' takes nothing after it, but '{written}' follows";
            return error is null ? [] : null;
        }

        var type = op is Operator.Contains or Operator.Matches ? ObservedType.Text : value.Type;
        var parts = op == Operator.In ? Literal.SplitList(written) : [written];
        var literals = new List<Literal>(parts.Count);
        foreach (var part in parts)
        {
            var ordered = op is Operator.Less or Operator.LessOrEqual or Operator.Greater or Operator.GreaterOrEqual;
            if (!Literal.TryParse(part, type, allowRange: op == Operator.In, out var literal) || (ordered && literal.Number is null))
            {
                error = written.Length == 0
                    ? "a literal is missing at the end"
                    : literal.IsEmptyRange
                        ? $"the range '{part.Trim()}' is empty: its upper end is below its lower end"
                        : $"'{part.Trim()}' is not {Described(ordered && type == ObservedType.Json ? ObservedType.Number : type)}";
                return null;
            }

            literals.Add(literal);
        }

        return literals;
    }

    private static Regex? ReadPattern(string pattern, out string? error)
    {
        try
        {
            error = null;
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = $"'{pattern}' is not a regular expression that runs in linear time: {e.Message}";
            return null;
        }
    }

    private static string Described(ObservedType type) => type switch
    {
        ObservedType.Number => "a number",
        ObservedType.Percent => "a percentage, such as 80%",
        ObservedType.Duration => "a duration, such as 300ms",
        ObservedType.Size => "a size, such as 10MiB",
        ObservedType.Boolean => "true or false",
        _ => "text",
    };

    private static string TakeName(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(" \t=!<>");
        var name = (end < 0 ? rest : rest[..end]).ToString();
        rest = rest[name.Length..].TrimStart();
        return name;
    }

    /// <summary>Takes up to the next white space or operator that is not inside brackets or quotes.</summary>
    private static string TakeArgument(ref ReadOnlySpan<char> rest)
    {
        var (end, bracket, quote) = (0, false, '\0');
        for (; end < rest.Length && (bracket || !(char.IsWhiteSpace(rest[end]) || rest[end] is '=' or '!' or '<' or '>')); end++)
        {
            var character = rest[end];
            quote = character == quote ? '\0' : quote == '\0' && bracket && character is '"' or '\'' ? character : quote;
            bracket = quote != '\0' || (character == '[' || (bracket && character != ']'));
        }

        var argument = rest[..end].ToString();
        rest = rest[end..].TrimStart();
        return argument;
    }

    private static Operator? TakeOperator(ref ReadOnlySpan<char> rest)
    {
        foreach (var (symbol, op) in Operators)
        {
            if (char.IsLetter(symbol[0]) ? TryTakeWord(ref rest, symbol) : rest.StartsWith(symbol, StringComparison.Ordinal))
            {
                rest = char.IsLetter(symbol[0]) ? rest : rest[symbol.Length..];
                return op;
            }
        }

        return null;
    }

    private static bool TryTakeWord(ref ReadOnlySpan<char> rest, string word)
    {
        if (FirstWord(rest) != word)
        {
            return false;
        }

        rest = rest[word.Length..].TrimStart();
        return true;
    }

    private static string FirstWord(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(' ', '\t', '[');
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
