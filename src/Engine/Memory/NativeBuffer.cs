using System.Buffers;
using System.Runtime.InteropServices;

namespace HealthAgent.Memory;

/// <summary>
/// Memory outside of the garbage collector's heap, for what is large and short-lived: it is given back to the system when it is
/// disposed of, rather than at some later collection, and takes only as much as was written of it.
/// </summary>
internal sealed unsafe class NativeBuffer<T>(int capacity) : MemoryManager<T> where T : unmanaged
{
    private void* _start = NativeMemory.Alloc((nuint)Math.Max(1, capacity), (nuint)sizeof(T));

    /// <summary>How many items were written.</summary>
    public int Length { get; private set; }

    /// <summary>How many more can be written.</summary>
    public int Room => capacity - Length;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<T> Written => Memory[..Length];

    /// <summary>The room behind what was written; then <see cref="Advance"/>.</summary>
    public Span<T> Free => GetSpan()[Length..];

    /// <summary>Counts what was written into <see cref="Free"/>.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Room);
        Length += count;
    }

    /// <summary>Appends items, for which there is room.</summary>
    public void Append(ReadOnlySpan<T> items)
    {
        items.CopyTo(Free);
        Advance(items.Length);
    }

    /// <inheritdoc />
    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new Span<T>(_start, capacity);
    }

    /// <inheritdoc />
    /// <remarks>It does not move, so that there is nothing to pin.</remarks>
    public override MemoryHandle Pin(int elementIndex = 0) => new((T*)_start + elementIndex);

    /// <inheritdoc />
    public override void Unpin()
    {
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_start);
        _start = null;
    }
}
