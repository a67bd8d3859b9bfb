using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>
/// Compiled expressions, one for all conditions with the same pattern. The least recently used are dropped when together they allocated
/// more than the bound, and compiled again on next use.
/// </summary>
/// <remarks>
/// Measured with .NET 10: compiling takes 1 to 10 ms and holds 0.1 to 1.3 MB. An expression grows with the texts it meets, by a state for
/// each combination of possible match positions: 25 MB for <c>a.{0,99}b.{0,99}c</c> and a text made for it. So the bound is on allocated
/// bytes, not on entries.
/// </remarks>
/// <param name="most">How many bytes all may have allocated; one that allocated an eighth of it is dropped too.</param>
/// <param name="options">Options for compiling.</param>
internal sealed class RegexPool(long most, RegexOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _allocated;

    /// <summary>How many are cached.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether a pattern matches anywhere in a text.</summary>
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

    /// <summary>What the first group of a pattern matched, where the pattern first matches in a text.</summary>
    /// <returns>The text of the group and the end of the whole match; null where nothing matches.</returns>
    public (string Group, int End)? FirstGroup(string pattern, ReadOnlySpan<char> text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var used = Find(pattern);
        try
        {
            return FirstGroup(used.Value.Compiled.Value, text);
        }
        finally
        {
            Charge(used, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <inheritdoc cref="FirstGroup(string, ReadOnlySpan{char})"/>
    public static (string Group, int End)? FirstGroup(Regex regex, ReadOnlySpan<char> text)
    {
        foreach (var match in regex.EnumerateMatches(text))
        {
            // Groups are known of strings only: of the match, and of what anchors look at beside it.
            var end = match.Index + match.Length;
            var start = Math.Max(0, match.Index - 1);
            var around = text[start..Math.Min(text.Length, end + 1)].ToString();
            return regex.Match(around, match.Index - start).Groups[1] is { Success: true, Value: var group } ? (group, end) : null;
        }

        return null;
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
                // Dropped while in use.
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
