namespace HealthAgent.Expectations;

/// <summary>Finds expectations that can never hold together.</summary>
internal static class Contradiction
{
    /// <summary>
    /// The first two that contradict each other; null where none do. Only what must equal something is looked at, and no header:
    /// one that is sent twice equals two things.
    /// </summary>
    public static (Condition One, Condition Other)? Among(IReadOnlyList<Condition> expect)
    {
        foreach (var one in expect.Where(static condition => condition is
        {
            Operator: Operator.Equal, Negated: false, Right: null, Left.Type: not ObservedType.Header,
            Literals: [{ Json: null, IsSample: false }],
        }))
        {
            var value = one.Literals[0].Number is { } number ? (object)number : one.Literals[0].Text;
            var other = expect.FirstOrDefault(other => other != one && other.Left.Text == one.Left.Text && other.Excludes(value));
            if (other is not null)
            {
                return (one, other);
            }
        }

        return null;
    }
}
