namespace HealthAgent.Expectations;

/// <summary>What a condition amounts to. The last three are the same with and without <c>not</c>.</summary>
internal enum Verdict
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>It does not hold; its negation does.</summary>
    Fails,

    /// <summary>A value that it speaks of was not observed.</summary>
    NotObserved,

    /// <summary>A value has no number, so it is neither less nor greater than one.</summary>
    NotComparable,

    /// <summary>What was cut off could make it hold or fail.</summary>
    Undecided,
}
