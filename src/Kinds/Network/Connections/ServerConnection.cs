using System.Net;
using System.Net.Sockets;
using HealthAgent.Checks;
using HealthAgent.Explanation;
using HealthAgent.Security;

namespace HealthAgent.Kinds.Network.Connections;

/// <summary>Connects to one server: resolves its name, and tries its addresses.</summary>
/// <remarks>Rule: RFC 8305 (Happy Eyeballs), sections 4 and 5.</remarks>
internal sealed class ServerConnection(
    NetworkAddress server, TimeProvider clock, RunExplanation? explanation = null, TargetPolicy? policy = null) : IDisposable
{
    private IPAddress[] _addresses = [];
    private SocketException?[] _failures = [];
    private Socket? _socket;
    private int _started;

    /// <summary>The server.</summary>
    public NetworkAddress Server => server;

    /// <summary>Whether the name has not resolved, yet or at all.</summary>
    public bool IsResolving => _addresses.Length == 0;

    /// <summary>How long resolving took.</summary>
    public TimeSpan Resolved { get; private set; }

    /// <summary>How long connecting took, after resolving.</summary>
    public TimeSpan Connected { get; private set; }

    /// <summary>The connected socket.</summary>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    public Socket Socket { get => _socket ?? throw new InvalidOperationException("not connected"); private set => _socket = value; }

    /// <summary>Resolves and connects.</summary>
    /// <exception cref="SocketException">The name does not resolve, or its only address failed.</exception>
    /// <exception cref="AggregateException">Several addresses failed.</exception>
    public async Task<ServerConnection> OpenAsync(Action<TimeSpan> resolved, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        var addresses = await ResolveAsync(cancellationToken);
        Resolved = clock.GetElapsedTime(since);
        resolved(Resolved);
        await ConnectAsync(addresses, cancellationToken);
        return this;
    }

    /// <summary>Connects to one of several addresses.</summary>
    /// <exception cref="SocketException">The only address failed.</exception>
    /// <exception cref="AggregateException">Several addresses failed.</exception>
    /// <exception cref="CheckFailedException">The policy does not allow one of the addresses.</exception>
    public async Task ConnectAsync(IPAddress[] addresses, CancellationToken cancellationToken)
    {
        // These very addresses are connected to: a name that is resolved once more may have others.
        if (policy?.RefusalOf(addresses) is { } refusal)
        {
            throw new CheckFailedException(ErrorType.ConnectionFailed, refusal);
        }

        var since = clock.GetTimestamp();
        (_failures, _addresses) = (new SocketException?[addresses.Length], addresses);
        Socket = addresses.Length == 1
            ? await ConnectAsync(0, cancellationToken)
            : await StaggeredStart.FirstAsync([.. Enumerable.Range(0, addresses.Length).Select(Connecting)], clock, cancellationToken);
        Connected = clock.GetElapsedTime(since);
    }

    /// <summary>
    /// The server and, for a name, the addresses tried, each with its error unless that is <paramref name="said"/> anyway:
    /// <c>db:5432 (10.0.0.1, fd00::1 Network is unreachable)</c>.
    /// </summary>
    public string Describe(SocketError? said)
    {
        var tried = Enumerable.Range(0, Volatile.Read(ref _started))
            .Select(i => _failures[i] is { } failure && failure.SocketErrorCode != said
            ? $"{_addresses[i]} {failure.Message}"
            : _addresses[i].ToString());
        return _started == 0 || IsLiteral ? server.ToString() : $"{server} ({string.Join(", ", tried)})";
    }

    /// <inheritdoc />
    public void Dispose() => _socket?.Dispose();

    /// <summary>Alternates between address families, starting with the first; within a family, the resolver's order is kept.</summary>
    public static IPAddress[] Interleave(IPAddress[] addresses)
    {
        var families = addresses.Distinct().GroupBy(address => address.AddressFamily).ToList();
        return [.. families.SelectMany(family => family.Select((address, rank) => (address, rank))).OrderBy(pair => pair.rank)
            .Select(pair => pair.address)];
    }

    /// <summary>The addresses of a name, in the order in which they are tried.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, RunExplanation? explanation, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken) switch
            {
                { Length: > 1 } several => Interleave(several),
                { Length: 0 } => throw new SocketException((int)SocketError.HostNotFound),
                var one => one,
            };
            explanation?.Resolved(host, addresses);
            return addresses;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TryAgain)
        {
            // Its own words are "Resource temporarily unavailable".
            var failure = new SocketException(e.ErrorCode, "the resolver did not answer, or failed");
            explanation?.Unresolved(host, failure);
            throw failure;
        }
        catch (SocketException e)
        {
            explanation?.Unresolved(host, e);
            throw;
        }
    }

    private bool IsLiteral => IPAddress.TryParse(server.Host, out _);

    private Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken) => IPAddress.TryParse(server.Host, out var literal)
        ? Task.FromResult<IPAddress[]>([literal])
        : ResolveAsync(server.Host, explanation, cancellationToken);

    private Func<CancellationToken, Task<Socket>> Connecting(int index) => stop => ConnectAsync(index, stop);

    private async Task<Socket> ConnectAsync(int index, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _started);
        var attempt = explanation?.Connecting(server.ToString(), _addresses[index].ToString()) ?? -1;
        Socket? socket = null;
        try
        {
            socket = new Socket(_addresses[index].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(_addresses[index], server.Port, cancellationToken);
            explanation?.Connected(attempt);
            return socket;
        }
        catch (Exception e)
        {
            _failures[index] = e as SocketException;
            explanation?.Failed(attempt, e);
            socket?.Dispose();
            throw;
        }
    }
}
