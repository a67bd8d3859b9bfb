using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>
/// The compiled forms that are dear, one for all conditions with the same expression. The least recently used ones are dropped where all
/// together allocated more than a bound, and compiled again at their next use.
/// </summary>
/// <remarks>
/// Measured with .NET 10: to compile one takes 1 to 10 ms, and holds 0.1 to 1.3 MB. It grows with the texts it meets, by a state for each
/// combination of places where a match could be: 25 MB for <c>a.{0,99}b.{0,99}c</c> and a text made for it. So what counts is what each
/// allocated, and not how many there are.
/// </remarks>
/// <param name="most">How much all may have allocated, in bytes; one that allocated an eighth of it is dropped too.</param>
/// <param name="options">How they are compiled.</param>
internal sealed class RegexPool(long most, RegexOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _allocated;

    /// <summary>How many are held.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether an expression is found anywhere in a text.</summary>
    public bool IsMatch(string pattern, ReadOnlySpan<char> text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var used = Find(pattern);
        try
        {
            return used.Value.Compiled.Value.IsMatch(text);
        }
        finally
        {
            Charge(used, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private LinkedListNode<Entry> Find(string pattern)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(pattern, out var node))
            {
                _byUse.Remove(node);
            }
            else
            {
                node = new(new Entry(pattern, new Lazy<Regex>(() => new Regex(pattern, options, Regex.InfiniteMatchTimeout))));
                _entries.Add(pattern, node);
            }

            _byUse.AddFirst(node);
            return node;
        }
    }

    private void Charge(LinkedListNode<Entry> used, long allocated)
    {
        lock (_lock)
        {
            if (used.List is null)
            {
                // Dropped while it was used.
                return;
            }

            used.Value.Allocated += allocated;
            _allocated += allocated;
            if (used.Value.Allocated > most / 8)
            {
                Drop(used);
            }

            while (_allocated > most)
            {
                Drop(_byUse.Last!);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Pattern);
        _allocated -= node.Value.Allocated;
    }

    private sealed record Entry(string Pattern, Lazy<Regex> Compiled)
    {
        public long Allocated { get; set; }
    }
}
