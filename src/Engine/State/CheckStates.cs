using System.Collections;
using System.Runtime.CompilerServices;

namespace HealthAgent.State;

/// <summary>
/// The states of all checks, by position. Immutable, in chunks: the next one shares all chunks but those that a change
/// touched, where an array would be copied whole for each run, and be a large object above ten thousand checks.
/// </summary>
[CollectionBuilder(typeof(CheckStates), nameof(Create))]
internal sealed class CheckStates : IReadOnlyList<CheckState>
{
    private const int ChunkBits = 7;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly CheckState[][] _chunks;

    private CheckStates(CheckState[][] chunks, int count) => (_chunks, Count) = (chunks, count);

    /// <inheritdoc />
    public int Count { get; }

    /// <inheritdoc />
    public CheckState this[int position] => _chunks[position >> ChunkBits][position & (ChunkSize - 1)];

    /// <summary>The states given, in their order.</summary>
    public static CheckStates Create(ReadOnlySpan<CheckState> states)
    {
        var chunks = new CheckState[(states.Length + ChunkSize - 1) >> ChunkBits][];
        for (var i = 0; i < chunks.Length; i++)
        {
            var start = i << ChunkBits;
            chunks[i] = states[start..Math.Min(start + ChunkSize, states.Length)].ToArray();
        }

        return new CheckStates(chunks, states.Length);
    }

    /// <summary>Begins a change; this stays as it is.</summary>
    public Builder ToBuilder() => new(this);

    /// <inheritdoc />
    public IEnumerator<CheckState> GetEnumerator()
    {
        foreach (var chunk in _chunks)
        {
            foreach (var state in chunk)
            {
                yield return state;
            }
        }
    }

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The next states in the making; a chunk is copied when it is first written to.</summary>
    public sealed class Builder(CheckStates source)
    {
        private readonly CheckState[][] _chunks = [.. source._chunks];

        /// <summary>How many there are.</summary>
        public int Count => source.Count;

        /// <summary>A state.</summary>
        public CheckState this[int position]
        {
            get => _chunks[position >> ChunkBits][position & (ChunkSize - 1)];
            set
            {
                ref var chunk = ref _chunks[position >> ChunkBits];
                if (ReferenceEquals(chunk, source._chunks[position >> ChunkBits]))
                {
                    chunk = [.. chunk];
                }

                chunk[position & (ChunkSize - 1)] = value;
            }
        }

        /// <summary>Ends the change; the builder is not used any more.</summary>
        public CheckStates ToImmutable() => new(_chunks, source.Count);
    }
}
