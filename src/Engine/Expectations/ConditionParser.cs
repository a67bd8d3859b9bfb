namespace HealthAgent.Expectations;

/// <summary>Parses conditions against the values a kind observes; errors name the remedy.</summary>
internal static class ConditionParser
{
    /// <summary>Parses one condition; null with an <paramref name="error"/> if it is invalid.</summary>
    public static Condition? Parse(string text, IReadOnlyList<ObservedValue> values, out string? error) =>
        Parse(text, values, captured: null, written: "", out error);

    /// <summary>
    /// Parses one condition whose right side is a captured value, which is not parsed: it cannot change what is compared, or how.
    /// </summary>
    /// <param name="text">The condition up to and including the operator.</param>
    /// <param name="values">What the kind observes.</param>
    /// <param name="captured">The value.</param>
    /// <param name="written">How it is referred to; messages show this and not the value.</param>
    /// <param name="error">What is wrong.</param>
    public static Condition? Parse(
        string text, IReadOnlyList<ObservedValue> values, CapturedValue captured, string written, out string? error) =>
        Parse(text, values, (CapturedValue?)captured, written, out error);

    private static Condition? Parse(
        string text, IReadOnlyList<ObservedValue> values, CapturedValue? captured, string written, out string? error)
    {
        var rest = text.AsSpan().Trim();
        if (OperandParser.Take(ref rest, values, out error) is not { } left)
        {
            return null;
        }

        var negated = Operators.TryTakeWord(ref rest, "not");
        error = ConditionHints.WrongOperator(left, negated, rest);
        if (error is not null || Operators.Take(ref rest) is not { } op)
        {
            error ??= ConditionHints.MissingOperator(left, negated, rest);
            return null;
        }

        var literal = rest.Trim().ToString();
        error = Misfit(op, left, values);
        var right = error is null && captured is null ? OperandParser.Read(literal, left, op, values, out error) : null;
        var literals = error is not null || right is not null ? []
            : captured is { } value ? ReadCaptured(op, literal, left, value, written, out error)
            : ReadLiterals(op, literal, left, values, out error);
        var expression = error is null && op == Operator.Matches ? LinearRegex.Parse(literals[0].Text, out error) : null;
        return error is not null ? null : new Condition
        {
            Text = $"{text.Trim()} {written}".Trim(),
            Left = left,
            Operator = op,
            Negated = negated,
            Literals = literals,
            Right = right,
            Expression = expression,
        };
    }

    private static string? Misfit(Operator op, Operand left, IReadOnlyList<ObservedValue> values) => op switch
    {
        _ when op.IsOrdering() && !left.Type.IsOrdered() =>
            $"'{left.Text}' is {left.Type.Described()} and cannot be ordered{ConditionHints.NumberInText(left, values)}",
        Operator.Contains or Operator.Matches when !left.Type.IsTextual() => $"'{left.Text}' is {left.Type.Described()}, not text",
        _ => null,
    };

    private static ObservedType TypeOfLiteral(Operator op, Operand left) => op switch
    {
        // An item of a JSON array may be of any type; text contains text.
        Operator.Contains when left.Type == ObservedType.Json => ObservedType.Json,
        Operator.Contains or Operator.Matches => ObservedType.Text,
        _ when op.IsOrdering() && !left.Type.IsNumeric() => ObservedType.Number,
        _ => left.Type,
    };

    private static Literal[] ReadCaptured(
        Operator op, string literal, Operand left, CapturedValue captured, string written, out string? error)
    {
        error = op switch
        {
            _ when literal.Length > 0 => $"'{written}' is the whole right side of a condition; remove '{literal}'",
            Operator.Exists => $"'exists' takes no literal; remove '{written}'",
            Operator.Matches => $"a captured text is no regular expression; use '{left.Text} == {written}' or 'contains'",
            Operator.In => $"a captured value is no list; use '{left.Text} == {written}'",
            _ => null,
        };
        if (error is not null)
        {
            return [];
        }

        var type = TypeOfLiteral(op, left);
        if (Literal.Of(captured, type) is { } value)
        {
            return [value];
        }

        error = $"what '{written}' stands for is not {type.Described()}";
        return [];
    }

    private static Literal[] ReadLiterals(
        Operator op, string written, Operand left, IReadOnlyList<ObservedValue> values, out string? error)
    {
        error = op == Operator.Exists
            ? written.Length == 0 ? null : $"'exists' takes no literal; remove '{written}'"
            : written.Length == 0 ? "missing literal at the end" : ConditionHints.SecondCondition(written, values);
        if (error is not null || op == Operator.Exists)
        {
            return [];
        }

        var type = TypeOfLiteral(op, left);
        List<string> parts = op == Operator.In ? Literal.SplitList(written, type) : [written];
        var literals = new Literal[parts.Count];
        for (var i = 0; i < literals.Length; i++)
        {
            if (!Literal.TryParse(parts[i], type, allowRange: op == Operator.In, out literals[i], out error) && op != Operator.Contains)
            {
                return [];
            }
        }

        error = null;
        return literals;
    }
}
