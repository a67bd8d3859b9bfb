using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HealthAgent.Kinds.Network.Connections;
using RabbitMQ.Client;

namespace HealthAgent.Kinds.Messaging;

/// <summary>
/// The connection of one run, opened and secured before the driver gets it: the driver tries one address of each family, lets
/// the peer choose what is downloaded to complete its certificate's chain, and leaves the socket of an unanswered login open.
/// </summary>
internal sealed class RabbitMqSocket : IDisposable
{
    private readonly BrokerStream _stream;

    private RabbitMqSocket(BrokerStream stream) => _stream = stream;

    /// <summary>Where it leads.</summary>
    public IPEndPoint Peer => (IPEndPoint)_stream.Socket.RemoteEndPoint!;

    /// <summary>What ended it, if anything did: the driver reports what it could not do then, and not why.</summary>
    public Exception? End => _stream.End;

    /// <summary>Connects to the first broker that can be reached, by TLS where that is asked for.</summary>
    public static async Task<RabbitMqSocket> OpenAsync(RabbitMqSettings settings, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var (server, socket) = await trace.ConnectAsync(settings.Servers, cancellationToken);
        var stream = trace.Open(socket);
        if (!settings.Tls)
        {
            return new RabbitMqSocket(new BrokerStream(socket, stream));
        }

        try
        {
            trace.Begin($"shaking hands for TLS with {server}");
            var options = trace.TlsOptions(server.Host, settings.Security);
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            trace.End(ConnectionTrace.Tls);
            return new RabbitMqSocket(new BrokerStream(socket, tls));
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
}
