namespace HealthAgent.Expectations;

/// <summary>Parses conditions against the values a kind observes; errors name the remedy.</summary>
internal static class ConditionParser
{
    /// <summary>Parses one condition; null with an <paramref name="error"/> if it is invalid.</summary>
    public static Condition? Parse(string text, IReadOnlyList<ObservedValue> values, out string? error)
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

        var written = rest.Trim().ToString();
        error = Misfit(op, left, values);
        var right = error is null ? OperandParser.Read(written, left, op, values, out error) : null;
        var literals = error is null && right is null ? ReadLiterals(op, written, left, values, out error) : [];
        var expression = error is null && op == Operator.Matches ? LinearRegex.Parse(literals[0].Text, out error) : null;
        return error is not null ? null : new Condition
        {
            Text = text.Trim(),
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

        var type = op switch
        {
            // An item of a JSON array may be of any type; text contains text.
            Operator.Contains when left.Type == ObservedType.Json => ObservedType.Json,
            Operator.Contains or Operator.Matches => ObservedType.Text,
            _ when op.IsOrdering() && !left.Type.IsNumeric() => ObservedType.Number,
            _ => left.Type,
        };
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
