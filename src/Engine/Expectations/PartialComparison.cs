namespace HealthAgent.Expectations;

/// <summary>Compares truncated values: true or false if the missing rest could not change it, else null.</summary>
internal static class PartialComparison
{
    /// <summary>Decides a comparison if the observed part is enough; without regard to <c>not</c>.</summary>
    /// <param name="condition">Its operator and literals; <c>!=</c> is decided as <c>==</c>.</param>
    /// <param name="seen">The beginning of a text, or the lower bound of a number.</param>
    /// <param name="timeLeft">Time left until the run's deadline.</param>
    public static bool? Decide(Condition condition, object seen, Func<TimeSpan> timeLeft) => seen switch
    {
        _ when condition.Right is not null => null,
        // A replacement character at the cut was not sent by the peer.
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
