using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Checks;
using HealthAgent.Explanation;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>
/// Records the TLS handshakes of one run: the peer's certificates, their problems, and whether a client certificate was requested.
/// </summary>
internal sealed class TlsTrace(Action<string, object> note, TimeProvider clock)
{
    // Shared by all, and never changed: each handshake takes a copy, and who needs another policy clones it.
    private static readonly X509ChainPolicy Policy = CertificateChain.Policy();

    /// <summary>Parts of value names: leaf certificate or chain, expiry or remaining validity.</summary>
    public const string Certificate = "certificate", Chain = "chain", NotAfter = ".notAfter", ExpiresIn = ".expiresIn";

    private readonly RunExplanation? _explanation = RunExplanation.Current;
    private (ErrorType Type, string Words)? _refused;

    /// <summary>Whether the peer of the latest handshake requested a client certificate, and there was none to send.</summary>
    public bool IsAskedForCertificate { get; private set; }

    /// <summary>Whether a handshake was started.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>Whether a handshake was started and the peer has not sent its certificate yet.</summary>
    public bool IsShakingHands { get; private set; }

    /// <summary>TLS options of a connection.</summary>
    /// <param name="host">The host; a trailing dot is removed (RFC 6066, section 3).</param>
    /// <param name="settings">The settings in <c>tls</c>.</param>
    /// <exception cref="CheckFailedException">The files that it names are no longer valid.</exception>
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

        // A resumed session would present the certificate of its first handshake.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (sender, certificate, chain, problems) =>
        {
            var isAccepted = Accept(certificate, chain, problems, skipVerify);
            _explanation?.Handshaken(HandshakeNotes.Of((SslStream)sender, certificate, chain, problems, isAccepted, clock.GetUtcNow()));
            return isAccepted;
        },
        LocalCertificateSelectionCallback = (_, _, _, peer, issuers) =>
        {
            // Called before the handshake without issuers, and again when the server requests a certificate.
            IsAskedForCertificate = peer is not null || issuers.Length > 0;
            IsShakingHands = WasUsed = true;
            return null!;
        },
    };

    /// <summary>
    /// Validates a peer's certificate: records its problems as <see cref="ErrorType"/> and its remaining validity. With
    /// <paramref name="any"/>, every certificate is accepted.
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

        var reasons = CertificateChain.Problems(certificate, chain, problems, clock.GetUtcNow());
        if (problems == SslPolicyErrors.None && reasons.Count == 0)
        {
            return true;
        }

        _refused = (
            chain is not null && CertificateChain.IsExpired(chain, clock.GetUtcNow())
                ? ErrorType.CertificateExpired
                : ErrorType.CertificateInvalid,
            certificate is null
                ? reasons[0]
                : $"the certificate of {certificate.Subject}, issued by {certificate.Issuer}, was rejected: {string.Join(", ", reasons)}");
        return false;
    }

    /// <summary>The failure of a run if TLS is the reason.</summary>
    /// <param name="causes">The exceptions.</param>
    /// <param name="isClosed">Whether the peer closed or reset the connection before it responded.</param>
    public (ErrorType Type, string Words)? Failure(IEnumerable<Exception> causes, bool isClosed) =>
        causes.FirstOrDefault(TlsErrors.IsOfTls) switch
    {
        _ when _refused is not null => _refused,
        { } error when IsAskedForCertificate && TlsErrors.Alert(error) is { } alert && TlsErrors.IsAboutCertificate(alert) =>
            (ErrorType.Tls, "the server requires a client certificate"),
        { } error => (ErrorType.Tls, TlsErrors.Describe(error)!),

        // In TLS 1.3 the alert comes after the handshake, and a following reset can overtake it.
        null when isClosed && IsAskedForCertificate =>
            (ErrorType.Tls, "the server requested a client certificate and closed the connection without one"),
        null => null,
    };

    private void NoteEnd(string subject, DateTime end)
    {
        var notAfter = new DateTimeOffset(end.ToUniversalTime());
        note(subject + NotAfter, notAfter);
        note(subject + ExpiresIn, notAfter - clock.GetUtcNow());
    }
}
