using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HealthAgent.Checks.Network;
using RabbitMQ.Client;

namespace HealthAgent.Checks.Messaging;

/// <summary>
/// The connection of one run, opened and secured before the driver gets it: the driver tries one address of each family, lets
/// the peer choose what is downloaded to complete its certificate's chain, and leaves the socket of an unanswered login open.
/// </summary>
internal sealed class RabbitMqSocket : IDisposable
{
    private readonly NetworkStream _stream;

    private RabbitMqSocket(NetworkStream stream) => _stream = stream;

    /// <summary>Where it leads.</summary>
    public IPEndPoint Peer => (IPEndPoint)_stream.Socket.RemoteEndPoint!;

    /// <summary>Connects to the first broker that can be reached, by TLS where that is asked for.</summary>
    public static async Task<RabbitMqSocket> OpenAsync(RabbitMqSettings settings, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var (server, socket) = await trace.ConnectAsync(settings.Servers, cancellationToken);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (!settings.Tls)
        {
            return new RabbitMqSocket(stream);
        }

        try
        {
            trace.Begin($"shaking hands for TLS with {server}");
            var options = trace.TlsOptions(settings.TlsHost ?? server.Host, settings.SkipVerify);
            settings.Files.Apply(options);
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            trace.End(ConnectionTrace.Tls);
            return new RabbitMqSocket(new Secured(socket, tls));
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection as the driver wants it: it believes to connect it.</summary>
    public TcpClientAdapter ToClient(AddressFamily family) => new Connected(_stream);

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private sealed class Connected(NetworkStream stream) : TcpClientAdapter(stream.Socket)
    {
        public override Task ConnectAsync(IPAddress ep, int port, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public override NetworkStream GetStream() => stream;
    }

    /// <summary>A stream through TLS that is of the type that the driver asks for.</summary>
    private sealed class Secured(Socket socket, SslStream tls) : NetworkStream(socket, ownsSocket: true)
    {
        public override int Read(byte[] buffer, int offset, int count) => tls.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => tls.Read(buffer);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            tls.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            tls.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => tls.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => tls.Write(buffer);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            tls.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            tls.WriteAsync(buffer, cancellationToken);

        public override void Flush() => tls.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => tls.FlushAsync(cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                tls.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
