using System.Text;
using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>
/// A one-line condition over what a check observed, <c>VALUE OPERATOR LITERAL</c>: <c>status == 200</c>,
/// <c>latency &gt; 300ms</c>, <c>json $.free &gt; json $.reserved</c>. Parsed and typed once, evaluated every run.
/// </summary>
internal sealed record Condition
{
    /// <summary>As written, for messages.</summary>
    public required string Text { get; init; }

    /// <summary>What is compared.</summary>
    public required Operand Left { get; init; }

    /// <summary>The observed value on the left side.</summary>
    public ObservedValue Value => Left.Value;

    /// <summary>The comparison.</summary>
    public required Operator Operator { get; init; }

    /// <summary>Whether the comparison is negated by <c>not</c>.</summary>
    public bool Negated { get; init; }

    /// <summary>One literal; several for <c>in</c>; none for <c>exists</c> or when the right side is a value.</summary>
    public required IReadOnlyList<Literal> Literals { get; init; }

    /// <summary>The right side, if it is a value rather than a literal.</summary>
    public Operand? Right { get; init; }

    /// <summary>The regular expression of <c>matches</c>.</summary>
    public LinearRegex? Expression { get; init; }

    /// <summary>Whether it is a default of the kind rather than written in the configuration.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether either side refers to the value, which must then be observed.</summary>
    public bool Uses(string value) => Left.Value.Name == value || Right?.Value.Name == value;

    /// <summary>
    /// Whether an expectation is missed by a verdict. One that the kind brought along says nothing about what was not observed.
    /// </summary>
    public bool IsMiss(Verdict verdict) => verdict switch
    {
        Verdict.Holds => false,
        Verdict.NotObserved => !IsDefault,
        _ => true,
    };

    /// <summary>Whether an expectation is missed by what was observed.</summary>
    public bool IsMissed(IReadOnlyDictionary<string, object> observed) => IsMiss(Judge(observed));

    /// <summary>Whether a warning is hit by a verdict. One that what was cut off could hit counts, since nobody can know.</summary>
    public static bool IsHit(Verdict verdict) => verdict is Verdict.Holds or Verdict.Undecided;

    /// <summary>Whether a value that the left side might have misses it: a number, in milliseconds for durations, or a text.</summary>
    public bool Excludes(object value)
    {
        if (Right is not null || Literals.Any(static literal => literal.IsSample))
        {
            return false;
        }

        var outcome = Operator == Operator.Exists || (Compare(value, null, static () => TimeSpan.MaxValue) ?? !Negated);
        return Of(outcome) == Verdict.Fails;
    }

    /// <summary>Evaluates the condition. A value that was not observed satisfies only <c>not exists</c>.</summary>
    /// <param name="observed">The observed values.</param>
    /// <param name="timeLeft">Time left until the run's deadline; without it there is no limit.</param>
    /// <exception cref="TimeoutException">A regular expression did not finish in time; the message names the condition.</exception>
    public Verdict Judge(IReadOnlyDictionary<string, object> observed, Func<TimeSpan>? timeLeft = null)
    {
        try
        {
            return JudgeWithin(observed, timeLeft ?? (static () => TimeSpan.MaxValue));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new TimeoutException($"'{Text}' timed out: the regular expression is too slow for this text", e);
        }
    }

    private Verdict JudgeWithin(IReadOnlyDictionary<string, object> observed, Func<TimeSpan> timeLeft)
    {
        var left = Left.Find(observed);
        if (Operator == Operator.Exists)
        {
            return left is Partial && Left.Path is not null ? Verdict.Undecided : Of(left is not null);
        }

        var right = Right?.Find(observed);
        if (left is null || (Right is not null && right is null))
        {
            return Verdict.NotObserved;
        }

        if (left is Partial || right is Partial)
        {
            return left is Partial partial && Left.Path is null && PartialComparison.Decide(this, partial.Seen, timeLeft) is { } decided
                ? Of(decided)
                : Verdict.Undecided;
        }

        return (left is IReadOnlyList<string> values ? CompareAny(values, right, timeLeft) : Compare(left, right, timeLeft)) is { } outcome
            ? Of(outcome)
            : Verdict.NotComparable;
    }

    /// <summary>
    /// The condition with the observed value: <c>status == 200: was 503</c>. Long texts are truncated after <paramref name="redact"/> has
    /// seen them whole: half a secret would not be recognized.
    /// </summary>
    public string Explain(IReadOnlyDictionary<string, object> observed, Redaction? redact = null, Func<TimeSpan>? timeLeft = null)
    {
        if (Left.Find(observed) is not { } left)
        {
            return Left.FindWhole(observed) is { } whole
                ? $"{Text}: {ValueText.Of(whole, Value.Type, redact)} has no length"
                : $"{Text}: not observed";
        }

        if (Right is not null && Right.Find(observed) is null)
        {
            return $"{Text}: {Right.Text} not observed";
        }

        return Judge(observed, timeLeft) switch
        {
            Verdict.Undecided => $"{Text}: undecided, {Known(Left.FindWhole(observed))}",
            Verdict.NotComparable => $"{Text}: was {Show(Left, observed, redact)}, not a number",
            _ => $"{Text}: was {ValueText.Of(left, Left.Type, redact)}",
        } + (Right is null ? "" : $", {Right.Text} was {Show(Right, observed, redact)}");
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    private static string Show(Operand operand, IReadOnlyDictionary<string, object> observed, Redaction? redact) =>
        ValueText.Of(operand.Find(observed)!, operand.Type, redact);

    private string Known(object? value) => value switch
    {
        Partial { Seen: string or LongText } partial =>
            $"only the first {Units.FormatSize(Encoding.UTF8.GetByteCount(ValueText.Span(partial.Seen)))} were read",
        Partial { Seen: var least } when ValueText.Number(least) is not null => $"was {ValueText.Of(value, Value.Type)}",
        _ => "only the beginning was read",
    };

    private Verdict Of(bool outcome) => outcome != (Negated != (Operator == Operator.NotEqual)) ? Verdict.Holds : Verdict.Fails;

    /// <summary>A header sent several times: one matching value suffices; with <c>not</c>, none may match.</summary>
    private bool? CompareAny(IReadOnlyList<string> values, object? right, Func<TimeSpan> timeLeft)
    {
        bool? any = null;
        for (var i = 0; i < values.Count && any != true; i++)
        {
            any = Compare(values[i], right, timeLeft) ?? any;
        }

        return any;
    }

    /// <summary>Compares without regard to <c>not</c>, and <c>!=</c> as <c>==</c>; null if a value is not a number.</summary>
    private bool? Compare(object left, object? right, Func<TimeSpan> timeLeft) => Operator switch
    {
        Operator.Equal or Operator.NotEqual => right is null ? Comparison.IsEqual(left, Literals[0]) : Comparison.AreEqual(left, right),
        Operator.Contains => Comparison.Contains(left, Literals[0]),
        Operator.Matches => Expression!.IsMatch(ValueText.Span(left), timeLeft),
        Operator.In => Comparison.IsIn(left, Literals),
        _ => Order(left, right) is not { } order ? null : Operator switch
        {
            Operator.Less => order < 0,
            Operator.LessOrEqual => order <= 0,
            Operator.Greater => order > 0,
            _ => order >= 0,
        },
    };

    private int? Order(object left, object? right) =>
        right is null ? Numbers.Compare(left, Literals[0].Number!.Value, Literals[0].Digits) : Numbers.Compare(left, right);
}
