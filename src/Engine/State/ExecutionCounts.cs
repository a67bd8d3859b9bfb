using System.Collections.Immutable;

namespace HealthAgent.State;

/// <summary>How often a check ended how, since the agent started. Immutable; a check has few distinct endings.</summary>
internal sealed record ExecutionCounts(ImmutableArray<ExecutionCount> Endings)
{
    /// <summary>No run yet.</summary>
    public static readonly ExecutionCounts None = new(ImmutableArray<ExecutionCount>.Empty);

    /// <summary>The counts after one more run.</summary>
    public ExecutionCounts With(Result result, ErrorType? errorType) => IndexOf(result, errorType) is var i and >= 0
        ? new ExecutionCounts(Endings.SetItem(i, Endings[i] with { Count = Endings[i].Count + 1 }))
        : new ExecutionCounts(Endings.Add(new ExecutionCount(result, errorType, 1)));

    /// <summary>How many runs ended like this.</summary>
    public long Of(Result result, ErrorType? errorType) => IndexOf(result, errorType) is var i and >= 0 ? Endings[i].Count : 0;

    private int IndexOf(Result result, ErrorType? errorType)
    {
        for (var i = 0; i < Endings.Length; i++)
        {
            if (Endings[i].Result == result && Endings[i].ErrorType == errorType)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>How often a check ended in one way.</summary>
internal readonly record struct ExecutionCount(Result Result, ErrorType? ErrorType, long Count);
