using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Agent.Access;
using HealthAgent.Configuration;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Security;
using Microsoft.AspNetCore.Connections;

namespace HealthAgent.Agent.Hosting;

/// <summary>A listener while the agent runs. Each connection, and so each request, leads to the one that it came in by.</summary>
internal sealed class BoundListener(Listener listener)
{
    private volatile Secured? _secured = listener.Tls is { } tls ? new Secured(tls.Content) : null;

    /// <summary>What is written of it.</summary>
    public Listener Written => listener;

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback { get; } = Loopback.Is(listener.Url);

    /// <summary>Those who may issue certificates of callers; null where callers are not asked for one.</summary>
    public X509Certificate2Collection? Authorities => _secured?.Content.Authorities;

    /// <summary>The listener of a request; null for one that no listener took in.</summary>
    public static BoundListener? Of(HttpContext context) => context.Features.Get<BoundListener>();

    /// <summary>Uses other certificates, from the next handshake on.</summary>
    public void Take(ListenerCertificates content)
    {
        if (_secured?.Content.Fingerprint != content.Fingerprint)
        {
            _secured = new Secured(content);
        }
    }

    /// <summary>
    /// The TLS options of a connection. A certificate of the caller is asked for and kept; whether it is good for anything is decided with
    /// each request, so that the answer says what is wrong with it.
    /// </summary>
    public SslServerAuthenticationOptions OptionsFor(ConnectionContext connection)
    {
        var (content, context) = _secured!;
        var options = new SslServerAuthenticationOptions { ServerCertificateContext = context };
        if (content.Authorities is not null)
        {
            options.ClientCertificateRequired = true;
            // A resumed session would not show what the caller sent.
            options.AllowTlsResume = false;
            // What is built during the handshake must not fetch anything that the caller names.
            options.CertificateChainPolicy = CertificateChain.Policy();
#pragma warning disable CA5359 // The certificate of a caller is judged with each of its requests.
            options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (certificate is not null)
                {
                    connection.Features.Set(new SentCertificate(certificate, chain));
                }

                return true;
            };
#pragma warning restore CA5359
        }

        return options;
    }

    private sealed record Secured(ListenerCertificates Content)
    {
        // Offline: the chain is completed from the file alone. Callers are sent which authorities are known here.
        private readonly SslStreamCertificateContext _context = SslStreamCertificateContext.Create(
            Content.Own, Content.Chain, offline: true,
            Content.Authorities is { } known ? SslCertificateTrust.CreateForX509Collection(known, sendTrustInHandshake: true) : null);

        public void Deconstruct(out ListenerCertificates content, out SslStreamCertificateContext context) =>
            (content, context) = (Content, _context);
    }
}
