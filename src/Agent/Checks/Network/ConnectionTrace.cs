using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Checks.Network;

/// <summary>
/// Opens connections phase by phase and keeps what each phase showed: how long it took, and the peer's certificate.
/// One a run.
/// </summary>
internal sealed class ConnectionTrace(TimeProvider clock)
{
    /// <summary>The names of the phases, as values.</summary>
    public const string Dns = "dns", Connect = "connect", Tls = "tls";

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

    /// <summary>Ends the phase begun last and notes its length.</summary>
    public void End(string phase) => Observed[phase] = clock.GetElapsedTime(_since);

    /// <summary>Resolves and connects. Addresses are tried in the resolver's order until one answers.</summary>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
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
        catch (SocketException e)
        {
            throw new CheckFailedException(Failures.Classify(e), $"{Doing}: {e.Message}", Observed, e);
        }
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
    /// and how long it is still valid.
    /// </summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems)
    {
        if (certificate is X509Certificate2 peer)
        {
            var notAfter = new DateTimeOffset(peer.NotAfter.ToUniversalTime());
            Observed["certificate.notAfter"] = notAfter;
            Observed["certificate.expiresIn"] = notAfter - clock.GetUtcNow();
        }

        if (problems == SslPolicyErrors.None)
        {
            return true;
        }

        var expired = chain?.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) ?? false;
        CertificateProblem = expired ? ErrorType.CertificateExpired : ErrorType.CertificateInvalid;
        return false;
    }
}
