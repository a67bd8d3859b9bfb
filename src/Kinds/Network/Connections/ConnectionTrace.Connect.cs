using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network.Tls;

namespace HealthAgent.Kinds.Network.Connections;

/// <content>Connecting to one of several servers.</content>
internal sealed partial class ConnectionTrace
{
    /// <summary>Takes what happens on the connections; null where nobody wants the run explained.</summary>
    public RunExplanation? Explanation { get; } = RunExplanation.Current;

    /// <summary>The first byte that the peer of the latest connection sent; null while it sent none.</summary>
    public byte? FirstByte { get; private set; }

    /// <summary>
    /// The protocol that the peer of the latest connection spoke first, where it is known and no HTTP/1.1; null too where TLS was used.
    /// </summary>
    public string? ForeignProtocol { get; private set; }

    /// <summary>Resolves and connects. Further addresses are tried while one does not respond.</summary>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        (await ConnectAsync([new NetworkAddress(host, port)], cancellationToken)).Socket;

    /// <summary>Connects to the first server that responds; further servers are tried while one does not.</summary>
    /// <exception cref="SocketException">No server is reachable: the most specific of the failures.</exception>
    public async Task<(NetworkAddress Server, Socket Socket)> ConnectAsync(
        IReadOnlyList<NetworkAddress> servers, CancellationToken cancellationToken)
    {
        Begin("connecting");
        (_isAnswered, FirstByte, ForeignProtocol) = (false, null, null);
        var (resolvedBefore, connectedBefore) = (Before(Dns), Before(Connect));
        void NoteResolved(TimeSpan length) => NotePhase(Dns, length, resolvedBefore);
        ServerConnection[] connections = [.. servers.Select(server => new ServerConnection(server, _clock, Explanation, _policy))];
        _connecting = connections;
        try
        {
            var connection = connections.Length == 1
                ? await connections[0].OpenAsync(NoteResolved, cancellationToken)
                : await StaggeredStart.FirstAsync(
                    [.. connections.Select(
                        connection => (Func<CancellationToken, Task<ServerConnection>>)(stop => connection.OpenAsync(NoteResolved, stop)))],
                    _clock,
                    cancellationToken);
            Write(Dns, resolvedBefore + connection.Resolved);
            NotePhase(Connect, connection.Connected, connectedBefore);
            _connecting = null;
            return (connection.Server, connection.Socket);
        }
        catch (AggregateException e) when (MostTelling(e) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    /// <summary>The duration of a phase so far.</summary>
    private TimeSpan Before(string phase)
    {
        lock (Observed)
        {
            return Observed.GetValueOrDefault(phase) as TimeSpan? ?? default;
        }
    }

    /// <summary>Of several failures, prefers one about the peer over a missing local route.</summary>
    private static SocketException? MostTelling(AggregateException failures)
    {
        var sockets = failures.Flatten().InnerExceptions.OfType<SocketException>().ToList();
        return sockets.Find(failure => failure.SocketErrorCode is not (SocketError.NetworkUnreachable or SocketError.HostUnreachable
            or SocketError.NetworkDown or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported))
            ?? sockets.LastOrDefault();
    }

    private static string Describe(ServerConnection[] connecting, SocketError? said) => connecting is [{ IsResolving: true } one]
        ? $"resolving {one.Server.Host}"
        : $"connecting to {string.Join(", ", connecting.Select(connection => connection.Describe(said)))}";

    /// <summary>The connection as a stream that owns it.</summary>
    public PeerStream Open(Socket socket) => new(
        socket,
        received => (FirstByte, ForeignProtocol) = (received[0], _tls.WasUsed ? null : PeerGreeting.ProtocolOf(received)));

    /// <summary>Ends the TLS handshake.</summary>
    public void EndTls(SslStream stream)
    {
        End(Tls);
        if (Explanation is not null && HandshakeNotes.Negotiated(stream) is ({ } protocol, { } cipher))
        {
            Explanation.Secured(protocol, cipher);
        }
    }

    /// <summary>Whether the server of the latest handshake requested a client certificate, and there was none to send.</summary>
    public bool IsAskedForCertificate => _tls.IsAskedForCertificate;

    /// <summary>TLS options that verify the certificate, or accept any, and record it.</summary>
    public SslClientAuthenticationOptions TlsOptions(string host, TlsSettings settings) => _tls.Options(host, settings);
}
