using System.Globalization;

namespace HealthAgent.History;

/// <summary>
/// The latest events, in the order of their sequence without a gap, so many and so large at the most. Not for several threads.
/// </summary>
/// <param name="before">The id of the event before the first that is added; none is like it when that is not known.</param>
internal sealed class EventRing(string before)
{
    /// <summary>How many events are kept at the most.</summary>
    public const int Most = 10_000;

    /// <summary>How much memory they take at the most, in bytes.</summary>
    public const long MostBytes = 8 * 1024 * 1024;

    private const int AtFirst = 64;

    private AgentEvent[] _events = new AgentEvent[AtFirst];
    private long _bytes;

    /// <summary>The id of the event before the oldest that is kept.</summary>
    public string Before { get; private set; } = before;

    /// <summary>The sequence of the oldest event that is kept.</summary>
    public long First { get; private set; } = SequenceOf(before) + 1;

    /// <summary>The sequence of the next event.</summary>
    public long Next { get; private set; } = SequenceOf(before) + 1;

    /// <summary>The id of the latest event, or of the one before the first.</summary>
    public string LastId => Next > First ? this[Next - 1].Id : Before;

    /// <summary>The event of a sequence from <see cref="First"/> to before <see cref="Next"/>.</summary>
    public AgentEvent this[long sequence] => _events[sequence % _events.Length];

    /// <summary>The id of an event.</summary>
    public static string IdOf(long sequence, string run) => string.Create(CultureInfo.InvariantCulture, $"{sequence}-{run}");

    /// <summary>The sequence in an id; 0 where it is no id.</summary>
    public static long SequenceOf(string id) =>
        id.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash
        && long.TryParse(id.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : 0;

    /// <summary>Adds the next event; the oldest go.</summary>
    public void Add(AgentEvent next)
    {
        while (Next > First && (Next - First >= Most || _bytes + next.Size > MostBytes))
        {
            _bytes -= this[First].Size;
            Before = this[First].Id;
            _events[First % _events.Length] = null!;
            First++;
        }

        if (Next - First == _events.Length)
        {
            Grow();
        }

        _events[Next % _events.Length] = next;
        _bytes += next.Size;
        Next++;
    }

    private void Grow()
    {
        var larger = new AgentEvent[Math.Min(Most, 2 * _events.Length)];
        for (var sequence = First; sequence < Next; sequence++)
        {
            larger[sequence % larger.Length] = this[sequence];
        }

        _events = larger;
    }

    /// <summary>The sequence after which somebody goes on who has an event already; null where that event is not known any more.</summary>
    public long? Find(string id)
    {
        var sequence = SequenceOf(id);
        var isKnown = sequence == First - 1 ? Before == id : sequence >= First && sequence < Next && this[sequence].Id == id;
        return isKnown ? sequence : null;
    }
}
