using System.Net.Sockets;

namespace HealthAgent.Kinds.Messaging;

/// <summary>A <see cref="NetworkStream"/>, as the driver requires, over a plain or TLS stream. Records why it ended.</summary>
/// <remarks>Rule: AMQP 0-9-1, sections 2.3.5 and 4.2.2: a broker first sends a frame of type 1, or its own protocol header.</remarks>
internal sealed class BrokerStream(Socket socket, Stream inner) : NetworkStream(socket, ownsSocket: false)
{
    private const byte MethodFrame = 1;
    private const byte ProtocolHeader = (byte)'A';

    private bool _began;

    /// <summary>Why the connection ended; null while it is open.</summary>
    public Exception? End { get; private set; }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            if (count == 0 && buffer.Length > 0)
            {
                End ??= new EndOfStreamException("the broker closed the connection");
            }
            else if (!_began && count > 0 && buffer.Span[0] is not (MethodFrame or ProtocolHeader))
            {
                throw new InvalidDataException("the server does not speak AMQP 0-9-1");
            }

            _began |= count > 0;
            return count;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            End ??= e;
            throw;
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    /// <inheritdoc />
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
