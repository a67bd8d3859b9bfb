using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HealthAgent.Kinds.Network.Connections;
using RabbitMQ.Client;

namespace HealthAgent.Kinds.Messaging;

/// <summary>
/// The connection of one run, opened and secured before the driver gets it: the driver tries one address of each family, lets the peer
/// choose what is downloaded to complete its certificate chain, and leaks the socket of an unanswered login.
/// </summary>
internal sealed class RabbitMqSocket : IDisposable
{
    private readonly BrokerStream _stream;

    private RabbitMqSocket(BrokerStream stream) => _stream = stream;

    /// <summary>The remote endpoint.</summary>
    public IPEndPoint Peer => (IPEndPoint)_stream.Socket.RemoteEndPoint!;

    /// <summary>Why the connection ended, if it did: the driver reports the failed operation only.</summary>
    public Exception? End => _stream.End;

    /// <summary>Connects to the first reachable broker, with TLS if configured.</summary>
    public static async Task<RabbitMqSocket> OpenAsync(
        RabbitMqSettings settings, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var (server, socket) = await trace.ConnectAsync(settings.Servers, cancellationToken);
        var stream = trace.Open(socket);
        if (!settings.Tls)
        {
            return new RabbitMqSocket(new BrokerStream(socket, stream));
        }

        try
        {
            trace.Begin($"performing TLS handshake with {server}");
            var options = trace.TlsOptions(server.Host, settings.Security);
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            trace.EndTls(tls);
            return new RabbitMqSocket(new BrokerStream(socket, tls));
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The open connection as the driver's adapter; connecting is a no-op.</summary>
    public TcpClientAdapter ToClient(AddressFamily family) => new Connected(_stream);

    /// <summary>Resets the connection instead of closing it in order, which would wait for a broker that reads nothing.</summary>
    public void Abort()
    {
        _stream.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _stream.Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private sealed class Connected(NetworkStream stream) : TcpClientAdapter(stream.Socket)
    {
        public override Task ConnectAsync(IPAddress ep, int port, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public override NetworkStream GetStream() => stream;
    }
}
