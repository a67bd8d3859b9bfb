using System.Security.Cryptography.X509Certificates;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>An address to listen on, and what is served there.</summary>
/// <param name="Url">The address.</param>
/// <param name="Serve">What is served; all else is not found there.</param>
internal sealed record Listener(Uri Url, Surface Serve = Surface.All)
{
    /// <summary>How it is secured; null without TLS.</summary>
    public ListenerTls? Tls { get; init; }
}

/// <summary>The files that secure a listener. Equal if the same files are written, whatever they hold by now.</summary>
/// <param name="Certificate">The file of the certificate.</param>
/// <param name="Key">The file of its key; null where that is in the same file.</param>
/// <param name="ClientAuthority">The file of those who may issue certificates of callers; null where callers are not asked for one.</param>
internal sealed record ListenerTls(string Certificate, string? Key, string? ClientAuthority)
{
    /// <summary>What the files hold.</summary>
    public required ListenerCertificates Content { get; init; }

    /// <inheritdoc />
    public bool Equals(ListenerTls? other) =>
        other is not null && (Certificate, Key, ClientAuthority) == (other.Certificate, other.Key, other.ClientAuthority);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Certificate, Key, ClientAuthority);
}

/// <summary>Certificates of a listener, as read once.</summary>
/// <param name="Own">The listener's, with its private key.</param>
/// <param name="Chain">All certificates of its file: its own, and intermediates.</param>
/// <param name="Authorities">Those who may issue certificates of callers; null where callers are not asked for one.</param>
/// <param name="Fingerprint">Of the content of all files.</param>
internal sealed record ListenerCertificates(
    X509Certificate2 Own, X509Certificate2Collection Chain, X509Certificate2Collection? Authorities, Fingerprint Fingerprint);
