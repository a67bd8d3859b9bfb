using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Files;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Tls;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>
/// Connections to a collector. The exporter's default would download what certificates refer to, revocation lists included, and not try a
/// name's further addresses.
/// </summary>
/// <remarks>Rule: the OTLP exporter specification, certificate files, client key and certificate files; all PEM.</remarks>
internal static class OtlpConnections
{
    private const string Authority = "CERTIFICATE", ClientCertificate = "CLIENT_CERTIFICATE", ClientKey = "CLIENT_KEY";

    /// <summary>The handler for a signal's settings, such as <c>CERTIFICATE</c>.</summary>
    public static SocketsHttpHandler Handler(Func<string, string?> setting, TimeProvider clock) => new()
    {
        SslOptions = TlsOptions(setting),
        ConnectCallback = async (connection, cancellationToken) =>
        {
            var server = new ServerConnection(new NetworkAddress(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port), clock);
            return new NetworkStream((await server.OpenAsync(_ => { }, cancellationToken)).Socket, ownsSocket: true);
        },
    };

    /// <summary>Invalid files, each with the variable that names it.</summary>
    public static IEnumerable<(string Variable, string Message)> FindMistakes(string prefix, Func<string, string?> environment)
    {
        string? Setting(string name) => environment(prefix + name) is { Length: > 0 } value ? value : null;

        foreach (var (name, read) in ((string, Action<string>)[])[
            (Authority, path => ReadAuthorities(path)),
            (ClientCertificate, path => ReadClient(path, Setting(ClientKey) ?? environment($"OTEL_EXPORTER_OTLP_{ClientKey}")))])
        {
            if (Setting(name) is { } path && MistakeOf(read, path) is { } mistake)
            {
                yield return (prefix + name, mistake);
            }
        }
    }

    private static string? MistakeOf(Action<string> read, string path)
    {
        try
        {
            read(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"'{path}' is not a valid PEM file: {e.Message}";
        }
    }

    private static SslClientAuthenticationOptions TlsOptions(Func<string, string?> setting)
    {
        var policy = CertificateChain.Policy();
        if (setting(Authority) is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(ReadAuthorities(authorities));
        }

        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificateContext = setting(ClientCertificate) is { } client ? ReadClient(client, setting(ClientKey)) : null,
        };
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = CertificateFile.Certificates(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it contains no certificate");
    }

    /// <summary>The certificate, its key and intermediates. Offline: downloads none.</summary>
    private static SslStreamCertificateContext ReadClient(string path, string? key) =>
        SslStreamCertificateContext.Create(CertificateFile.WithKey(path, key), ReadAuthorities(path), offline: true);
}
