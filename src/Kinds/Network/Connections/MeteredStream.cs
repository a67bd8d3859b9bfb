
namespace HealthAgent.Kinds.Network.Connections;

/// <summary>Counts the bytes read from a stream, and lets the first two be peeked.</summary>
internal sealed class MeteredStream(Stream inner) : Stream
{
    private readonly byte[] _head = new byte[2];
    private int _peeked;
    private int _taken;

    /// <summary>Bytes read from the inner stream.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the inner stream failed; other failures are due to its content.</summary>
    public bool HasFailed { get; private set; }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The first two bytes, or as many as there are. Call before any read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken cancellationToken)
    {
        for (int read; _peeked < _head.Length && (read = await ReadInnerAsync(_head.AsMemory(_peeked), cancellationToken)) > 0;)
        {
            _peeked += read;
        }

        return _head.AsMemory(0, _peeked);
    }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_taken == _peeked)
        {
            return ReadInnerAsync(buffer, cancellationToken);
        }

        var length = Math.Min(buffer.Length, _peeked - _taken);
        _head.AsMemory(_taken, length).CopyTo(buffer);
        _taken += length;
        return ValueTask.FromResult(length);
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }
        catch
        {
            HasFailed = true;
            throw;
        }
    }
}
