using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Expectations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks.Network;

/// <summary>
/// Opens connections phase by phase and keeps what each phase showed: how long it took, and the peer's certificate.
/// One a run, whose span gets an event at the end of each phase.
/// </summary>
internal sealed class ConnectionTrace(TimeProvider clock)
{
    /// <summary>The names of the phases, as values.</summary>
    public const string Dns = "dns", Connect = "connect", Tls = "tls";

    /// <summary>What is observed of a peer's certificate, where the kind can see one.</summary>
    public static readonly ObservedValue CertificateExpiresIn =
        new("certificate.expiresIn", ObservedType.Duration, "how long the peer's certificate is still valid; only with TLS");

    private readonly Activity? _run = Activity.Current;
    private string _certificateReason = "";
    private bool _closed;
    private long _since;

    /// <summary>What was observed so far; a failing run reports it too.</summary>
    public Dictionary<string, object> Observed { get; } = new(StringComparer.Ordinal);

    /// <summary>What the run is doing now, in words for a timeout's reason.</summary>
    public string Doing { get; private set; } = "starting";

    /// <summary>What is wrong with the peer's certificate, once TLS was refused for it.</summary>
    public ErrorType? CertificateProblem { get; private set; }

    /// <summary>Begins a phase that <see cref="End"/> ends.</summary>
    public void Begin(string doing)
    {
        Doing = doing;
        _since = clock.GetTimestamp();
    }

    /// <summary>Ends the phase begun last and notes its length, added to what it took before in this run: after a redirect, all come again.</summary>
    public void End(string phase)
    {
        var length = clock.GetElapsedTime(_since);
        Note(phase, Observed.TryGetValue(phase, out var before) && before is TimeSpan earlier ? earlier + length : length);
        if (_run is { IsAllDataRequested: true })
        {
            _run.AddEvent(new ActivityEvent(phase, clock.GetUtcNow(), new ActivityTagsCollection { [Names.Attributes.PhaseDuration] = length.TotalSeconds }));
        }
    }

    /// <summary>Notes a value. Steps that were left behind at the deadline note nothing any more, and go no further.</summary>
    public void Note(string name, object value)
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
        catch (Exception e) when (CertificateProblem is not null)
        {
            throw CertificateRefused(e);
        }
        catch (Exception e) when (e is EndOfStreamException or { InnerException: EndOfStreamException })
        {
            throw new CheckFailedException(ErrorType.ConnectionReset, $"{Doing}: the peer closed the connection", Observed, e);
        }
        catch (Exception e) when (Failures.SocketCause(e) is { } cause)
        {
            throw Unreached(cause);
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
        new(Failures.Classify(cause), $"{Doing}: {cause.Message}", Observed, cause);

    /// <summary>The fail of a run that refused the peer's certificate: says what is wrong with it.</summary>
    public CheckFailedException CertificateRefused(Exception cause) =>
        new(CertificateProblem ?? ErrorType.Tls, _certificateReason, Observed, cause);

    /// <summary>Resolves and connects. Addresses are tried in the resolver's order until one answers.</summary>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        Begin($"resolving {host}");
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await System.Net.Dns.GetHostAddressesAsync(host, cancellationToken);
        End(Dns);

        Begin($"connecting to {host}:{port}");
        var socket = await ConnectAsync(addresses, port, cancellationToken);
        End(Connect);
        return socket;
    }

    private static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var refusal = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return socket;
            }
            catch (SocketException e)
            {
                refusal = e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw refusal;
    }

    /// <summary>
    /// The validation of a peer's certificate: notes what is wrong with it in terms of <see cref="ErrorType"/>,
    /// and how long it is still valid. With <paramref name="any"/>, nothing is wrong with any.
    /// </summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems, bool any)
    {
        if (certificate is X509Certificate2 peer)
        {
            var notAfter = new DateTimeOffset(peer.NotAfter.ToUniversalTime());
            Note("certificate.notAfter", notAfter);
            Note(CertificateExpiresIn.Name, notAfter - clock.GetUtcNow());
        }

        if (any || problems == SslPolicyErrors.None)
        {
            return true;
        }

        _certificateReason = Explain(certificate, chain, problems);
        var expired = chain?.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) ?? false;
        CertificateProblem = expired ? ErrorType.CertificateExpired : ErrorType.CertificateInvalid;
        return false;
    }

    private static string Explain(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems)
    {
        if (certificate is null)
        {
            return "the peer shows no certificate";
        }

        var reasons = chain?.ChainStatus.Select(status => status.Status.ToString()).ToList() ?? [];
        if (problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add("it is for another name");
        }

        return $"the certificate of {certificate.Subject}, issued by {certificate.Issuer}, is refused: {string.Join(", ", reasons)}";
    }

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
