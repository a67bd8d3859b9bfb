using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Checks;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>What the TLS handshakes of one run showed: the peer's certificates, what is wrong with them, and what the server asked for.</summary>
internal sealed class TlsTrace(Action<string, object> note, TimeProvider clock)
{
    // Shared by all, and never changed: each handshake takes a copy, and who needs another policy clones it.
    private static readonly X509ChainPolicy Policy = CertificateChain.Policy();

    /// <summary>The parts of the names of what is observed: of the peer's own certificate and of its chain, when they expire and in how long.</summary>
    public const string Certificate = "certificate", Chain = "chain", NotAfter = ".notAfter", ExpiresIn = ".expiresIn";

    private (ErrorType Type, string Words)? _refused;
    private bool _isAskedForCertificate;

    /// <summary>Whether a handshake began.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>Whether a handshake began, and the peer has not shown its certificate yet.</summary>
    public bool IsShakingHands { get; private set; }

    /// <summary>How a connection is secured.</summary>
    /// <param name="host">The host that is connected to; a trailing dot is no part of the certificate's name (RFC 6066, section 3).</param>
    /// <param name="settings">What is written about TLS.</param>
    /// <exception cref="CheckFailedException">The files that it names cannot be used any more.</exception>
    public SslClientAuthenticationOptions Options(string host, TlsSettings settings)
    {
        var options = Options(settings.ServerName ?? host, settings.SkipVerify);
        options.EnabledSslProtocols = settings.Protocols;
        settings.Files.Apply(options);
        return options;
    }

    private SslClientAuthenticationOptions Options(string targetHost, bool skipVerify) => new()
    {
        TargetHost = targetHost.TrimEnd('.'),
        CertificateChainPolicy = Policy,

        // A resumed session would show the certificate of its first handshake, not the one in use.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, certificate, chain, problems) => Accept(certificate, chain, problems, skipVerify),
        LocalCertificateSelectionCallback = (_, _, _, peer, issuers) =>
        {
            // Called before the handshake, when nothing is known of the peer, and again when the server asks.
            _isAskedForCertificate = peer is not null || issuers.Length > 0;
            IsShakingHands = WasUsed = true;
            return null!;
        },
    };

    /// <summary>
    /// The validation of a peer's certificate: notes what is wrong with it in terms of <see cref="ErrorType"/>,
    /// and how long it and its chain are still valid. With <paramref name="any"/>, nothing is wrong with any.
    /// </summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems, bool any)
    {
        IsShakingHands = false;
        if (certificate is X509Certificate2 peer)
        {
            NoteEnd(Certificate, peer.NotAfter);
            NoteEnd(Chain, chain is null ? peer.NotAfter : CertificateChain.NotAfter(chain, peer));
        }

        if (any)
        {
            return true;
        }

        var reasons = CertificateChain.Problems(chain, clock.GetUtcNow()).Distinct(StringComparer.Ordinal).ToList();
        if (certificate is null)
        {
            reasons = ["the server sent no certificate"];
        }
        else if (problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add("certificate hostname mismatch");
        }
        else if (problems == SslPolicyErrors.None && reasons.Count == 0)
        {
            return true;
        }

        _refused = (
            chain is not null && CertificateChain.IsExpired(chain, clock.GetUtcNow()) ? ErrorType.CertificateExpired : ErrorType.CertificateInvalid,
            certificate is null ? reasons[0] : $"the certificate of {certificate.Subject}, issued by {certificate.Issuer}, is refused: {string.Join(", ", reasons)}");
        return false;
    }

    /// <summary>Why a run failed, where TLS is the reason.</summary>
    /// <param name="causes">What was thrown.</param>
    /// <param name="isClosed">Whether the peer closed or reset the connection before it answered anything.</param>
    public (ErrorType Type, string Words)? Failure(IEnumerable<Exception> causes, bool isClosed) => causes.FirstOrDefault(TlsErrors.IsOfTls) switch
    {
        _ when _refused is not null => _refused,
        { } error when _isAskedForCertificate && TlsErrors.Alert(error) is { } alert && TlsErrors.IsAboutCertificate(alert) =>
            (ErrorType.Tls, "the server requires a client certificate"),
        { } error => (ErrorType.Tls, TlsErrors.Describe(error)!),

        // With TLS 1.3 the alert comes after the handshake, and a reset that follows can overtake it.
        null when isClosed && _isAskedForCertificate => (ErrorType.Tls, "the server asked for a client certificate, and closed the connection when none was sent"),
        null => null,
    };

    private void NoteEnd(string subject, DateTime end)
    {
        var notAfter = new DateTimeOffset(end.ToUniversalTime());
        note(subject + NotAfter, notAfter);
        note(subject + ExpiresIn, notAfter - clock.GetUtcNow());
    }
}
