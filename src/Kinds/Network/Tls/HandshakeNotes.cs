using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Explanation;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>A TLS handshake as an explanation has it.</summary>
internal static class HandshakeNotes
{
    /// <summary>What is known when the peer's certificate is verified.</summary>
    public static TlsHandshake Of(
        SslStream stream, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems, bool isAccepted, DateTimeOffset now)
    {
        var (protocol, cipher) = Negotiated(stream);
        return new TlsHandshake(
            stream.TargetHostName,
            protocol,
            cipher,
            isAccepted,
            CertificateChain.Problems(certificate, chain, problems, now),
            [.. Certificates(certificate, chain).Select((one, position) => Of(one, chain, position))]);
    }

    /// <summary>Version and cipher of a handshake, as far as they are known yet.</summary>
    public static (string? Protocol, string? Cipher) Negotiated(SslStream stream)
    {
        try
        {
            return (Name(stream.SslProtocol), stream.NegotiatedCipherSuite.ToString());
        }
        catch (InvalidOperationException)
        {
            // The handshake is not completed.
            return (null, null);
        }
    }

    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => protocol.ToString(),
    };

    private static IEnumerable<X509Certificate2> Certificates(X509Certificate? certificate, X509Chain? chain) =>
        chain is { ChainElements.Count: > 0 }
            ? chain.ChainElements.Select(element => element.Certificate)
            : certificate is X509Certificate2 peer ? [peer] : [];

    private static ExplainedCertificate Of(X509Certificate2 certificate, X509Chain? chain, int position) => new(
        certificate.Subject,
        certificate.Issuer,
        NamesOf(certificate),
        new DateTimeOffset(certificate.NotBefore).ToUniversalTime(),
        new DateTimeOffset(certificate.NotAfter).ToUniversalTime(),
        IsSent: position == 0 || chain?.ChainPolicy is { } policy
            && policy.ExtraStore.Contains(certificate) && !policy.CustomTrustStore.Contains(certificate))
    {
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
        SerialNumber = Convert.ToHexStringLower(certificate.SerialNumberBytes.Span.TrimStart((byte)0)),
    };

    private static IReadOnlyList<string> NamesOf(X509Certificate2 certificate)
    {
        try
        {
            return
            [
                .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names =>
                    names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString()))),
            ];
        }
        catch (CryptographicException)
        {
            // A malformed extension.
            return [];
        }
    }
}
