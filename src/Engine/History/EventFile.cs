using System.Text;

namespace HealthAgent.History;

/// <summary>
/// The events on the disk: one file to which lines are appended, each batch flushed to the disk before anybody is notified. When it has
/// grown to twice what is kept in memory, or anything is wrong with it, it is written again from memory, beside it, and renamed over it.
/// </summary>
internal sealed class EventFile
{
    /// <summary>Its name in the directory.</summary>
    public const string Name = "events.log";

    /// <summary>How large it grows at the most, in bytes.</summary>
    public const long Largest = 2 * EventRing.MostBytes;

    // It is as long as that only if this process was the last to write to it.
    private long _length = -1;

    /// <summary>The sequence of the latest event that is on the disk.</summary>
    public long Saved { get; private set; }

    /// <summary>
    /// Reads the events of a file. What was cut off at its end, by a crash or a full disk, is dropped; so is what comes before a line that
    /// cannot be read, since nobody could say what is missing there.
    /// </summary>
    /// <param name="bytes">The file; null where there is none.</param>
    public EventRing Load(byte[]? bytes)
    {
        var (ring, isWhole) = Parse(bytes ?? []);
        (_length, Saved) = (isWhole ? bytes!.Length : -1, ring.Next - 1);
        return ring;
    }

    /// <summary>Forgets what was read: nobody can go on from there.</summary>
    public EventRing Forget()
    {
        (_length, Saved) = (-1, 0);
        return new EventRing(EventLog.Beginning());
    }

    /// <summary>Writes what is not on the disk yet.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="log">The events.</param>
    /// <exception cref="IOException">It could not be written; the next call tries again.</exception>
    public void Save(string folder, EventLog log)
    {
        var path = Path.Combine(folder, Name);
        var (before, events) = log.After(Saved);
        var isNext = events.Count == 0 || events[0].Sequence == Saved + 1;
        if (_length < 0 || _length > Largest || !isNext || !TryAppend(path, events))
        {
            _length = -1;
            (before, events) = log.After(0);
            var length = 0L;
            WholeFile.Write(path, file =>
            {
                EventLine.WriteBeginning(file, before);
                Write(file, events);
                length = file.Length;
            });
            _length = length;
        }

        Saved = events.Count > 0 ? events[^1].Sequence : Saved;
    }

    private static (EventRing Ring, bool IsWhole) Parse(byte[] bytes)
    {
        var (ring, isWhole) = (default(EventRing), true);
        var rest = bytes.AsSpan();
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            var held = EventLine.Read(rest[..end]);
            rest = rest[(end + 1)..];
            if (ring is null && !held.Contains((byte)' ') && !held.IsEmpty)
            {
                ring = new EventRing(Encoding.ASCII.GetString(held));
            }
            else if (EventLine.Event(held) is not { } one)
            {
                isWhole = false;
            }
            else
            {
                if (ring is null || one.Sequence != ring.Next)
                {
                    isWhole = false;
                    ring = new EventRing(EventRing.IdOf(one.Sequence - 1, ""));
                }

                ring.Add(one);
            }
        }

        return (ring ?? new EventRing(EventLog.Beginning()), isWhole && rest.IsEmpty && ring is not null);
    }

    private bool TryAppend(string path, IReadOnlyList<AgentEvent> events)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = WholeFile.Open(path, FileMode.Open);
        if (file.Length != _length)
        {
            return false;
        }

        _length = -1;
        file.Seek(0, SeekOrigin.End);
        Write(file, events);
        file.Flush(flushToDisk: true);
        _length = file.Length;
        return true;
    }

    private static void Write(Stream file, IReadOnlyList<AgentEvent> events)
    {
        foreach (var one in events)
        {
            EventLine.Write(file, one);
        }
    }
}
