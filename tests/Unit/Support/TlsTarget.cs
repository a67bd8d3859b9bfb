using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HealthAgent.Unit.Support;

/// <summary>
/// A TLS server that sends what a test says, and no more: its chain, whether it asks for a client certificate, how it ends.
/// </summary>
internal sealed class TlsTarget : IAsyncDisposable
{
    private readonly TcpTarget _target;

    public TlsTarget(X509Certificate2 certificate, params X509Certificate2[] chain) => _target = new TcpTarget(async (stream, stop) =>
    {
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsServerAsync(Options(SslStreamCertificateContext.Create(certificate, [.. chain], offline: true)), stop);
            if (ResetsAfterHandshake)
            {
                stream.Socket.LingerState = new(enable: true, seconds: 0);
                stream.Socket.Close();
                return;
            }

            if (await tls.ReadAsync(new byte[4096], stop) > 0)
            {
                await tls.WriteAsync(Encoding.Latin1.GetBytes(Answer), stop);
                await tls.ShutdownAsync();
            }
        }
        catch (AuthenticationException)
        {
            // The client refused it, or it the client.
        }
    });

    public int Port => _target.Port;

    public string Url => $"https://127.0.0.1:{Port}/";

    public string Answer { get; init; } = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    public SslProtocols Protocols { get; init; }

    /// <summary>Whether it asks for a client certificate.</summary>
    public bool Asks { get; init; }

    /// <summary>Whether it refuses clients that send none.</summary>
    public bool Requires { get; init; }

    public bool ResetsAfterHandshake { get; init; }

    /// <summary>The names that clients asked for.</summary>
    public ConcurrentQueue<string> Names { get; } = [];

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private SslServerAuthenticationOptions Options(SslStreamCertificateContext context) => new()
    {
        ServerCertificateContext = context,
        EnabledSslProtocols = Protocols,
        ClientCertificateRequired = Asks || Requires,
        CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        RemoteCertificateValidationCallback = (sender, client, _, _) =>
        {
            Names.Enqueue(((SslStream)sender).TargetHostName);
            return client is not null || !Requires;
        },
    };
}
