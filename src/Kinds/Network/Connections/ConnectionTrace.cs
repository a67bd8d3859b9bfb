using System.Diagnostics;
using System.Net.Sockets;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network.Connections;

/// <summary>
/// Opens connections and records each phase: its duration, and the peer's certificate. One per run, whose span gets an event at the end of
/// each phase.
/// </summary>
internal sealed partial class ConnectionTrace
{
    /// <summary>Names of the phases.</summary>
    public const string Dns = "dns", Connect = "connect", Tls = "tls";

    /// <summary>Phases of every connection that is opened here.</summary>
    public static readonly IReadOnlyList<ObservedValue> Phases =
    [
        new(Dns, ObservedType.Duration, "resolving the name") { IsPhase = true },
        new(Connect, ObservedType.Duration, "opening the connection") { IsPhase = true },
        new(Tls, ObservedType.Duration, "the TLS handshake") { IsPhase = true },
    ];

    /// <summary>Remaining validity of the peer's certificate, for kinds that see it.</summary>
    public static readonly ObservedValue CertificateExpiresIn =
        new(TlsTrace.Certificate + TlsTrace.ExpiresIn, ObservedType.Duration,
            "how long the peer's certificate is still valid; only with TLS");

    /// <summary>Remaining validity of the certificate chain.</summary>
    public static readonly ObservedValue ChainExpiresIn =
        new(TlsTrace.Chain + TlsTrace.ExpiresIn, ObservedType.Duration,
            "the same of the first certificate of its chain that ends; only with TLS");

    private readonly Activity? _run = Activity.Current;
    private readonly TimeProvider _clock;
    private readonly TargetPolicy? _policy;
    private readonly TlsTrace _tls;
    private ServerConnection[]? _connecting;
    private bool _closed;
    private bool _isAnswered;
    private long _since;

    /// <summary>Begins one.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="policy">What may be connected to; null for anything.</param>
    public ConnectionTrace(TimeProvider clock, TargetPolicy? policy = null) =>
        (_clock, _policy, _tls) = (clock, policy, new TlsTrace(Write, clock));

    /// <summary>The values observed so far; reported by a failed run too.</summary>
    public Dictionary<string, object> Observed { get; } = new(StringComparer.Ordinal);

    /// <summary>The current activity, for the reason of a timeout.</summary>
    public string Doing { get => _connecting is { } servers ? Describe(servers, null) : field; private set; } = "starting";

    /// <summary>Begins a phase; <see cref="End"/> ends it.</summary>
    public void Begin(string doing)
    {
        (Doing, _connecting) = (doing, null);
        _since = _clock.GetTimestamp();
    }

    /// <summary>Ends the current phase and adds its duration to that of earlier ones of this run: redirects repeat phases.</summary>
    public void End(string phase) => NotePhase(phase, _clock.GetElapsedTime(_since), Before(phase));

    private void NotePhase(string phase, TimeSpan length, TimeSpan before)
    {
        _isAnswered |= phase is not (Dns or Connect or Tls);
        Write(phase, before + length);
        if (_run is { IsAllDataRequested: true })
        {
            _run.AddEvent(new ActivityEvent(
                phase, _clock.GetUtcNow(), new ActivityTagsCollection { [Names.Attributes.PhaseDuration] = length.TotalSeconds }));
        }
    }

    /// <summary>Notes a value. After the deadline, abandoned steps fail here instead.</summary>
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
    /// Runs a check's steps up to the deadline, for drivers that ignore the token or block those who cancel it. What still runs is
    /// cancelled and left to the driver's own timeouts.
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

            lock (Observed)
            {
                // The steps may still run, and note what nobody waits for.
                Failures.NoteObserved(e, new Dictionary<string, object>(Observed, StringComparer.Ordinal));
            }

            throw;
        }
        finally
        {
            _ = LeaveAsync(running, stop);
        }
    }

    /// <summary>The failure of a run past its deadline: names the phase, with the values observed so far.</summary>
    public CheckFailedException TimedOut(Exception cause)
    {
        lock (Observed)
        {
            _closed = true;
            return new CheckFailedException(ErrorType.Timeout, $"timed out while {Doing}", Observed, cause);
        }
    }

    /// <summary>The failure of a run without a connection: names the phase, with the values observed so far.</summary>
    public CheckFailedException Unreached(SocketException cause) =>
        new(
            Failures.Classify(cause),
            $"{(_connecting is { } servers ? Describe(servers, cause.SocketErrorCode) : Doing)}: {cause.Message}",
            Observed,
            cause);

    /// <summary>
    /// The failure for an exception of the connection: certificate, TLS, socket, or closed by the peer, with the values observed so far;
    /// null for other exceptions.
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
            null when FirstByte == TlsErrors.AlertRecord && !_tls.WasUsed =>
                new(ErrorType.Protocol, "the server speaks TLS on this port", Observed, cause),
            null when isEnd && _tls.IsShakingHands => Closed(ErrorType.Tls, cause),
            null when isEnd => Closed(ErrorType.ConnectionReset, cause),
            null when socket is not null => Unreached(socket),
            null => null,
        };
    }

    private CheckFailedException Closed(ErrorType type, Exception cause) =>
        new(type, $"{Doing}: the peer closed the connection", Observed, cause);

    private static bool IsEnd(Exception exception) =>
        exception is EndOfStreamException or { InnerException: EndOfStreamException }
            or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
            // An HTTP/2 connection that was closed before the request was given to it.
            or HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: null }
        // The handler had noticed the end, and closed the connection, by the time that the request used it.
        || Failures.Causes(exception).Any(cause => TlsErrors.IsEnd(cause) || cause is ObjectDisposedException && cause != exception);

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
