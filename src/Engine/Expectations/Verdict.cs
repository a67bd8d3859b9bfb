namespace HealthAgent.Expectations;

/// <summary>The result of evaluating a condition. The last three are the same with and without <c>not</c>.</summary>
internal enum Verdict
{
    /// <summary>The condition holds.</summary>
    Holds,

    /// <summary>The condition does not hold; its negation does.</summary>
    Fails,

    /// <summary>A value was not observed.</summary>
    NotObserved,

    /// <summary>A value is not a number and cannot be ordered.</summary>
    NotComparable,

    /// <summary>The truncated rest of a value could decide it either way.</summary>
    Undecided,
}
