using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Tls;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network.Connections;

/// <summary>
/// Opens connections phase by phase and keeps what each phase showed: how long it took, and the peer's certificate.
/// One a run, whose span gets an event at the end of each phase.
/// </summary>
internal sealed class ConnectionTrace
{
    /// <summary>The names of the phases, as values.</summary>
    public const string Dns = "dns", Connect = "connect", Tls = "tls";

    /// <summary>When the peer's own certificate expires, as a value for metrics.</summary>
    public const string CertificateNotAfter = Names.Values.CertificateNotAfter;

    /// <summary>What is observed of a peer's certificate, where the kind can see one.</summary>
    public static readonly ObservedValue CertificateExpiresIn =
        new(TlsTrace.Certificate + TlsTrace.ExpiresIn, ObservedType.Duration, "how long the peer's certificate is still valid; only with TLS");

    /// <summary>What is observed of the chain that vouches for it, from the certificate to the authority's own.</summary>
    public static readonly ObservedValue ChainExpiresIn =
        new(TlsTrace.Chain + TlsTrace.ExpiresIn, ObservedType.Duration, "the same of the first certificate of its chain that ends; only with TLS");

    private readonly Activity? _run = Activity.Current;
    private readonly TimeProvider _clock;
    private readonly TlsTrace _tls;
    private ServerConnection[]? _connecting;
    private byte? _firstByte;
    private bool _closed;
    private bool _isAnswered;
    private long _since;

    public ConnectionTrace(TimeProvider clock) => (_clock, _tls) = (clock, new TlsTrace(Write, clock));

    /// <summary>What was observed so far; a failing run reports it too.</summary>
    public Dictionary<string, object> Observed { get; } = new(StringComparer.Ordinal);

    /// <summary>What the run is doing now, in words for a timeout's reason.</summary>
    public string Doing { get => _connecting is { } servers ? Describe(servers, null) : field; private set; } = "starting";

    /// <summary>Begins a phase that <see cref="End"/> ends.</summary>
    public void Begin(string doing)
    {
        (Doing, _connecting) = (doing, null);
        _since = _clock.GetTimestamp();
    }

    /// <summary>Ends the phase begun last and notes its length, added to what it took before in this run: after a redirect, all come again.</summary>
    public void End(string phase) => NotePhase(phase, _clock.GetElapsedTime(_since), Before(phase));

    private void NotePhase(string phase, TimeSpan length, TimeSpan before)
    {
        _isAnswered |= phase is not (Dns or Connect or Tls);
        Write(phase, before + length);
        if (_run is { IsAllDataRequested: true })
        {
            _run.AddEvent(new ActivityEvent(phase, _clock.GetUtcNow(), new ActivityTagsCollection { [Names.Attributes.PhaseDuration] = length.TotalSeconds }));
        }
    }

    /// <summary>Notes a value. Steps that were left behind at the deadline note nothing any more, and go no further.</summary>
    public void Note(string name, object value)
    {
        _isAnswered = true;
        Write(name, value);
    }

    private void Write(string name, object value)
    {
        lock (Observed)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            Observed[name] = value;
        }
    }

    /// <summary>
    /// Runs a check's steps up to the deadline, for drivers that do not heed a token everywhere, or block those who
    /// cancel it. What still runs then is told to stop, and left to end by the driver's own limits.
    /// </summary>
    public async Task<HealthCheckResult> RunAsync(Func<CancellationToken, Task> steps, CancellationToken cancellationToken)
    {
        var stop = new CancellationTokenSource();
        var running = steps(stop.Token);
        try
        {
            await running.WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy(data: Observed);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(e);
        }
        catch (Exception e)
        {
            if (FailureOf(e) is { } failure)
            {
                throw failure;
            }

            throw;
        }
        finally
        {
            _ = LeaveAsync(running, stop);
        }
    }

    /// <summary>The fail of a run whose deadline passed: says in which phase, and what was observed until then.</summary>
    public CheckFailedException TimedOut(Exception cause)
    {
        lock (Observed)
        {
            _closed = true;
            return new CheckFailedException(ErrorType.Timeout, $"timed out while {Doing}", Observed, cause);
        }
    }

    /// <summary>The fail of a run whose connection did not come about, or broke: says in which phase, and what was observed until then.</summary>
    public CheckFailedException Unreached(SocketException cause) =>
        new(Failures.Classify(cause), $"{(_connecting is { } servers ? Describe(servers, cause.SocketErrorCode) : Doing)}: {cause.Message}", Observed, cause);

    /// <summary>
    /// The fail of a run that ended in an exception of its connection: of the peer's certificate, TLS or the socket, or because the
    /// peer closed it. Says what failed, and what was observed until then; null for all others.
    /// </summary>
    public CheckFailedException? FailureOf(Exception cause)
    {
        if (cause is OperationCanceledException or CheckFailedException)
        {
            return null;
        }

        var (socket, isEnd) = (Failures.SocketCause(cause), IsEnd(cause));
        var isReset = socket is not null && Failures.Classify(socket) == ErrorType.ConnectionReset;
        return _tls.Failure(Failures.Causes(cause), isClosed: (isReset || isEnd) && !_isAnswered) switch
        {
            var (type, words) => new(type, words, Observed, cause),
            null when _firstByte == TlsErrors.AlertRecord && !_tls.WasUsed => new(ErrorType.Protocol, "the server speaks TLS on this port", Observed, cause),
            null when isEnd => new(_tls.IsShakingHands ? ErrorType.Tls : ErrorType.ConnectionReset, $"{Doing}: the peer closed the connection", Observed, cause),
            null when socket is not null => Unreached(socket),
            null => null,
        };
    }

    private static bool IsEnd(Exception exception) =>
        exception is EndOfStreamException or { InnerException: EndOfStreamException } or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
        || Failures.Causes(exception).Any(TlsErrors.IsEnd);

    /// <summary>Resolves and connects. The next of several addresses is tried while the first does not answer.</summary>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        (await ConnectAsync([new NetworkAddress(host, port)], cancellationToken)).Socket;

    /// <summary>Connects to the first of the servers that answers; the next one is tried while the first does not.</summary>
    /// <exception cref="SocketException">None of them can be reached: the most telling of the failures.</exception>
    public async Task<(NetworkAddress Server, Socket Socket)> ConnectAsync(IReadOnlyList<NetworkAddress> servers, CancellationToken cancellationToken)
    {
        Begin("connecting");
        (_isAnswered, _firstByte) = (false, null);
        var (resolvedBefore, connectedBefore) = (Before(Dns), Before(Connect));
        void NoteResolved(TimeSpan length) => NotePhase(Dns, length, resolvedBefore);
        ServerConnection[] connections = [.. servers.Select(server => new ServerConnection(server, _clock))];
        _connecting = connections;
        try
        {
            var connection = connections.Length == 1
                ? await connections[0].OpenAsync(NoteResolved, cancellationToken)
                : await StaggeredStart.FirstAsync(
                    [.. connections.Select(connection => (Func<CancellationToken, Task<ServerConnection>>)(stop => connection.OpenAsync(NoteResolved, stop)))],
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

    /// <summary>How long a phase took so far.</summary>
    private TimeSpan Before(string phase)
    {
        lock (Observed)
        {
            return Observed.GetValueOrDefault(phase) as TimeSpan? ?? default;
        }
    }

    /// <summary>Of several failures one that says something of the peer, rather than that this machine has no route to it.</summary>
    private static SocketException? MostTelling(AggregateException failures)
    {
        var sockets = failures.Flatten().InnerExceptions.OfType<SocketException>().ToList();
        return sockets.Find(failure => failure.SocketErrorCode is not (SocketError.NetworkUnreachable or SocketError.HostUnreachable
            or SocketError.NetworkDown or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)) ?? sockets.LastOrDefault();
    }

    private static string Describe(ServerConnection[] connecting, SocketError? said) => connecting is [{ IsResolving: true } one]
        ? $"resolving {one.Server.Host}"
        : $"connecting to {string.Join(", ", connecting.Select(connection => connection.Describe(said)))}";

    /// <summary>The connection as a stream, which owns it.</summary>
    public NetworkStream Open(Socket socket) => new PeerStream(socket, first => _firstByte = first);

    /// <summary>How a connection is secured: certificates are verified, or all accepted, and noted.</summary>
    public SslClientAuthenticationOptions TlsOptions(string host, TlsSettings settings) => _tls.Options(host, settings);

    private static async Task LeaveAsync(Task running, CancellationTokenSource stop)
    {
        using (stop)
        {
            if (!running.IsCompleted)
            {
                await stop.CancelAsync();
            }

            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
