using System.Buffers;
using System.Runtime.InteropServices;

namespace HealthAgent.Memory;

/// <summary>
/// Memory outside the garbage-collected heap for large, short-lived data: disposing returns it to the system at once, and only written
/// pages are resident.
/// </summary>
internal sealed unsafe class NativeBuffer<T>(int capacity) : MemoryManager<T> where T : unmanaged
{
    private void* _start = NativeMemory.Alloc((nuint)Math.Max(1, capacity), (nuint)sizeof(T));

    /// <summary>Number of items written.</summary>
    public int Length { get; private set; }

    /// <summary>Number of items that still fit.</summary>
    public int Room => capacity - Length;

    /// <summary>The items written.</summary>
    public ReadOnlyMemory<T> Written => Memory[..Length];

    /// <summary>The free space; call <see cref="Advance"/> after writing.</summary>
    public Span<T> Free => GetSpan()[Length..];

    /// <summary>Counts items written to <see cref="Free"/>.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Room);
        Length += count;
    }

    /// <summary>Appends items, which must fit.</summary>
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
    /// <remarks>Native memory never moves, so there is nothing to pin.</remarks>
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
