using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Checks.Network;

/// <summary>What the TLS handshakes of one run showed: the peer's certificates, what is wrong with them, and what the server asked for.</summary>
internal sealed class TlsTrace(Action<string, object> note, TimeProvider clock)
{
    /// <summary>What is wrong with the peer's certificate, once TLS was refused for it.</summary>
    public ErrorType? Problem { get; private set; }

    /// <summary>The same, in words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether the server asked for a client certificate.</summary>
    public bool AskedForCertificate { get; private set; }

    /// <summary>How a connection is secured. One per connection: what is verified is written into its policy.</summary>
    /// <param name="targetHost">The name that the certificate must be for; a trailing dot is no part of it (RFC 6066, section 3).</param>
    /// <param name="skipVerify">Whether any certificate is accepted.</param>
    public SslClientAuthenticationOptions Options(string targetHost, bool skipVerify) => new()
    {
        TargetHost = targetHost.TrimEnd('.'),
        CertificateChainPolicy = ChainPolicy(),

        // A resumed session shows the certificate of the session's first handshake, not the one in use.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, certificate, chain, problems) => Accept(certificate, chain, problems, skipVerify),
        LocalCertificateSelectionCallback = (_, _, _, peer, issuers) =>
        {
            // Called once before the handshake too, when nothing is known of the peer.
            AskedForCertificate |= peer is not null || issuers.Length > 0;
            return null!;
        },
    };

    /// <summary>
    /// Verifies against the system's authorities, and fetches nothing: a peer must not choose what this process
    /// downloads, and most clients do not complete a chain that the server sends incompletely.
    /// </summary>
    /// <remarks>The handshake adds that the certificate must be for server authentication, and compares the name.</remarks>
    public static X509ChainPolicy ChainPolicy() => new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    /// <summary>
    /// The validation of a peer's certificate: notes what is wrong with it in terms of <see cref="ErrorType"/>,
    /// and how long it and its chain are still valid. With <paramref name="any"/>, nothing is wrong with any.
    /// </summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems, bool any)
    {
        if (certificate is X509Certificate2 peer)
        {
            NoteEnd("certificate", peer.NotAfter);
            NoteEnd("chain", chain?.ChainElements.Select(element => element.Certificate.NotAfter).Append(peer.NotAfter).Min() ?? peer.NotAfter);
        }

        if (any || problems == SslPolicyErrors.None)
        {
            return true;
        }

        Reason = Explain(certificate, chain, problems);
        var expired = chain?.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) ?? false;
        Problem = expired ? ErrorType.CertificateExpired : ErrorType.CertificateInvalid;
        return false;
    }

    private void NoteEnd(string subject, DateTime end)
    {
        var notAfter = new DateTimeOffset(end.ToUniversalTime());
        note($"{subject}.notAfter", notAfter);
        note($"{subject}.expiresIn", notAfter - clock.GetUtcNow());
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
}
