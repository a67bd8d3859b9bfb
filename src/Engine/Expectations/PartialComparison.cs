namespace HealthAgent.Expectations;

/// <summary>
/// Compares values of which only the beginning was observed: true or false where no end could change it, else null.
/// </summary>
internal static class PartialComparison
{
    /// <summary>Decides a comparison, as far as what was seen decides it; without regard to <c>not</c>.</summary>
    /// <param name="condition">Its operator and literals; <c>!=</c> is decided as <c>==</c> is.</param>
    /// <param name="seen">The beginning of a text, or the least that a number can be.</param>
    /// <param name="timeLeft">The time that the run has left.</param>
    public static bool? Decide(Condition condition, object seen, Func<TimeSpan> timeLeft) => seen switch
    {
        _ when condition.Right is not null => null,
        // What a cut through a character leaves is nothing that was sent.
        string or LongText => DecideText(condition, ValueText.Span(seen).TrimEnd('\ufffd'), timeLeft),
        _ when Numbers.Of(seen) is { } least => DecideNumber(condition, least),
        _ => null,
    };

    private static bool? DecideText(Condition condition, ReadOnlySpan<char> seen, Func<TimeSpan> timeLeft) => condition.Operator switch
    {
        Operator.Contains => seen.Contains(condition.Literals[0].Text, StringComparison.Ordinal) ? true : null,
        Operator.Matches => condition.Expression!.IsMatchWhateverFollows(seen, timeLeft) ? true : null,
        Operator.Equal or Operator.NotEqual or Operator.In =>
            AnyBeginsWith(condition.Literals, seen) ? null : false,
        _ => null,
    };

    private static bool AnyBeginsWith(IReadOnlyList<Literal> literals, ReadOnlySpan<char> seen)
    {
        foreach (var literal in literals)
        {
            if (literal.Text.AsSpan().StartsWith(seen, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool? DecideNumber(Condition condition, double least)
    {
        var most = condition.Literals.Max(literal => literal.Upper ?? literal.Number ?? double.PositiveInfinity);
        return condition.Operator switch
        {
            Operator.Equal or Operator.NotEqual or Operator.In or Operator.LessOrEqual => least > most ? false : null,
            Operator.Less => least >= most ? false : null,
            Operator.Greater => least > most ? true : null,
            Operator.GreaterOrEqual => least >= most ? true : null,
            _ => null,
        };
    }
}
