











namespace HealthAgent.Expectations;

/// <summary>Parses operands: <c>status</c>, <c>json $.path</c>, <c>header Name</c>, <c>len(json $.items)</c>.</summary>
internal static class OperandParser
{
    private const string Length = "len(";

    /// <summary>Takes the operand at the beginning; null with an <paramref name="error"/> if there is none.</summary>
    public static Operand? Take(ref ReadOnlySpan<char> rest, IReadOnlyList<ObservedValue> values, out string? error)
    {
        var whole = rest;
        var isLength = TryTakeLength(ref rest);
        var name = TakeName(ref rest, isLength);
        if (values.FirstOrDefault(value => name == value.Name) is not { } value)
        {
            error = ConditionHints.UnknownValue(name, rest, whole, values);
            return null;
        }

        var argument = value.TakesArgument ? TakeArgument(ref rest) : null;
        if (isLength && !TryClose(ref argument, ref rest))
        {
            error = $"missing ')' after '{whole[..(whole.Length - rest.Length)].Trim()}'";
            return null;
        }

        JsonPath? path = null;
        error = value.Type switch
        {
            ObservedType.Json when !JsonPath.TryParse(argument, out path) =>
                $"'{value.Name}' needs a path to one value, such as '{value.Name} $.status'; '{argument}' is not one",
            ObservedType.Header when string.IsNullOrEmpty(argument) => $"'{value.Name}' needs a name, such as '{value.Name} Server'",
            _ when isLength && !value.Type.IsTextual() => $"'{value.Name}' is {value.Type.Described()} and has no length",
            _ => null,
        };
        return error is not null ? null : new Operand(value, whole[..(whole.Length - rest.Length)].Trim().ToString())
        {
            Header = value.Type == ObservedType.Header ? argument : null,
            Path = path,
            IsLength = isLength,
        };
    }

    /// <summary>
    /// Parses the right side as a value if it is one: unquoted, the whole right side, and <c>json $…</c>, <c>len(…)</c> or, where only a
    /// number fits, the name of a numeric value. Anything else is a literal, for which this returns null without an
    /// <paramref name="error"/>.
    /// </summary>
    public static Operand? Read(
        ReadOnlySpan<char> written, Operand left, Operator op, IReadOnlyList<ObservedValue> values, out string? error)
    {
        error = null;
        var inner = written;
        var isLength = TryTakeLength(ref inner);
        var name = TakeName(ref inner, isLength);
        var value = values.FirstOrDefault(known => known.Name == name);
        var isValue = value is not null && (isLength
            ? written[^1] == ')'
            : value.Type == ObservedType.Json
                ? inner is ['$', ..]
                : value.Type.IsNumeric() && inner.IsEmpty && (left.Type.IsNumeric() || op.IsOrdering()));
        if (!isValue || !(op.IsOrdering() || op is Operator.Equal or Operator.NotEqual))
        {
            return null;
        }

        var right = Take(ref written, values, out error);
        if (!written.IsEmpty)
        {
            error = null;
            return null;
        }

        if (right is not null && !left.Type.Fits(right.Type))
        {
            error = $"'{left.Text}' is {Described(left)} and '{right.Text}' is {Described(right)}; they cannot be compared";
        }

        if (error is null)
        {
            return right;
        }

        error += left.Type.IsNumeric() ? "" : "; quote the right side if it is text";
        return null;
    }

    private static string Described(Operand operand) => operand.Type switch
    {
        ObservedType.Json or ObservedType.Header => "without a unit",
        var type => type.Described(),
    };

    private static bool TryTakeLength(ref ReadOnlySpan<char> rest)
    {
        if (!rest.StartsWith(Length, StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[Length.Length..].TrimStart();
        return true;
    }

    private static bool TryClose(ref string? argument, ref ReadOnlySpan<char> rest)
    {
        if (argument is [.. var inner, ')'])
        {
            argument = inner;
            return true;
        }

        var closed = rest is [')', ..];
        rest = closed ? rest[1..].TrimStart() : rest;
        return closed;
    }

    private static string TakeName(ref ReadOnlySpan<char> rest, bool isLength)
    {
        var end = rest.IndexOfAny(isLength ? " \t=!<>)" : " \t=!<>");
        var name = (end < 0 ? rest : rest[..end]).ToString();
        rest = rest[name.Length..].TrimStart();
        return name;
    }

    /// <summary>Takes up to the next white space or operator outside brackets and quotes.</summary>
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
}
