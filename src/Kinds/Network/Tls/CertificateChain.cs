using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>Verification of certificate chains, and descriptions of their problems.</summary>
internal static class CertificateChain
{
    private const string Incomplete = "unable to get issuer certificate; the server may not send its intermediate certificates";

    /// <summary>
    /// Verifies against the system's authorities without downloading: a peer must not choose what this process fetches, and most clients do
    /// not complete an incomplete chain either.
    /// </summary>
    /// <remarks>The handshake adds the server authentication usage and the host name.</remarks>
    public static X509ChainPolicy Policy() => new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    /// <summary>The earliest expiry in the chain, as far as it could be built.</summary>
    public static DateTime NotAfter(X509Chain chain, X509Certificate2 peer) =>
        chain.ChainElements.Select(element => element.Certificate.NotAfter).Append(peer.NotAfter).Min();

    /// <summary>Whether a certificate of the chain has expired; not if it is not yet valid.</summary>
    public static bool IsExpired(X509Chain chain, DateTimeOffset now) =>
        chain.ChainElements.Any(
            element => Has(element, X509ChainStatusFlags.NotTimeValid) && element.Certificate.NotAfter.ToUniversalTime() < now.UtcDateTime);

    /// <summary>What is wrong with a peer's certificate, for messages; empty if nothing is.</summary>
    public static List<string> Problems(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return ["the server sent no certificate"];
        }

        var reasons = Problems(chain, now).Distinct(StringComparer.Ordinal).ToList();
        if (problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add("certificate hostname mismatch");
        }

        return reasons;
    }

    private static IEnumerable<string> Problems(X509Chain? chain, DateTimeOffset now)
    {
        if (chain is null)
        {
            yield break;
        }

        foreach (var element in chain.ChainElements)
        {
            foreach (var status in element.ChainElementStatus)
            {
                yield return status.Status switch
                {
                    X509ChainStatusFlags.PartialChain when chain.ChainElements.Count == 1 => Incomplete,
                    X509ChainStatusFlags.PartialChain => $"{Incomplete}, or it is not trusted ({element.Certificate.Issuer})",
                    X509ChainStatusFlags.NotTimeValid => Validity(element.Certificate, chain, now),
                    X509ChainStatusFlags.NotValidForUsage => "it is not for server authentication",
                    _ => status.StatusInformation,
                };
            }
        }

        if (chain.ChainStatus.Length == 0 && HasUnsentIntermediate(chain))
        {
            yield return Incomplete;
        }
    }

    private static bool Has(X509ChainElement element, X509ChainStatusFlags flag) =>
        element.ChainElementStatus.Any(status => status.Status.HasFlag(flag));

    private static string Validity(X509Certificate2 certificate, X509Chain chain, DateTimeOffset now)
    {
        var whose = certificate.Equals(chain.ChainElements[0].Certificate) ? "it" : certificate.Subject;
        return certificate.NotAfter.ToUniversalTime() < now.UtcDateTime
            ? $"{whose} expired at {certificate.NotAfter.ToUniversalTime():u}"
            : $"{whose} is not valid before {certificate.NotBefore.ToUniversalTime():u}";
    }

    /// <summary>
    /// Whether the chain is complete only because of .NET's per-user store, where programs keep downloaded intermediates: other clients do
    /// not see those. The system's bundle is shared by all.
    /// </summary>
    private static bool HasUnsentIntermediate(X509Chain chain)
    {
        var unsent = chain.ChainElements.Skip(1).SkipLast(1).Select(element => element.Certificate)
            .Where(certificate => !chain.ChainPolicy.ExtraStore.Contains(certificate)).ToList();
        if (unsent.Count == 0)
        {
            return false;
        }

        using var system = new X509Store(StoreName.CertificateAuthority, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return unsent.Exists(certificate => !system.Certificates.Contains(certificate));
    }
}
