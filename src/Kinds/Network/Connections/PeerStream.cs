using System.Net.Sockets;

namespace HealthAgent.Kinds.Network.Connections;

/// <summary>A connection that reports the first received bytes, to detect another protocol than expected.</summary>
internal sealed class PeerStream(Socket socket, Action<ReadOnlySpan<byte>> first) : NetworkStream(socket, ownsSocket: true)
{
    private bool _began;

    /// <summary>Why nothing was received; null while something may be, or where the peer just closed the connection.</summary>
    public IOException? Failure { get; private set; }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _began ? base.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count;
        try
        {
            count = await base.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            Failure = e;
            throw;
        }

        if (count > 0)
        {
            _began = true;
            first(buffer.Span[..count]);
        }

        return count;
    }
}
