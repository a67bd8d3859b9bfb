namespace HealthAgent.History;

/// <summary>Something that happened, as <c>/events</c> reports it. Immutable.</summary>
/// <param name="Sequence">One more than that of the event before.</param>
/// <param name="Id">The sequence and the run of the agent in which it happened: no two events have the same, ever.</param>
/// <param name="Name">What happened, as log records name it.</param>
/// <param name="About">The check that it is about; null where it is about the agent.</param>
/// <param name="Data">All of it, as one line of JSON in UTF-8.</param>
internal sealed record AgentEvent(long Sequence, string Id, string Name, EventSubject? About, ReadOnlyMemory<byte> Data)
{
    /// <summary>The version of the first snapshot that has it; 0 for what happened in an earlier run of the agent.</summary>
    public long Version { get; init; }

    /// <summary>About how much memory it takes, in bytes.</summary>
    public int Size => Data.Length + Overhead;

    private const int Overhead = 200;
}

/// <summary>The check that an event is about, by what events are chosen by.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Group">Its group, if it is in one.</param>
/// <param name="Tier">Its tier.</param>
internal sealed record EventSubject(string Check, string? Group, Tier Tier);
