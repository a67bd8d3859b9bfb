using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Security;
using Microsoft.IdentityModel.Protocols;
using OpenTelemetry;

namespace HealthAgent.Agent.Access;

/// <summary>Fetches what an issuer publishes: over https, unless it is on this machine, without redirects, and bounded.</summary>
internal sealed class IssuerDocuments : IDocumentRetriever, IDisposable
{
    // Metadata of large issuers are 5 KiB, and their keys 20 KiB.
    private const int Largest = 256 * 1024;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        SslOptions = { CertificateChainPolicy = CertificateChain.Policy() },
    })
    {
        MaxResponseContentBufferSize = Largest,
        // That of the caller's token counts.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc />
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        var url = new Uri(address, UriKind.Absolute);
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && Loopback.Is(url)))
        {
            throw new IssuerUnavailableException($"{url.GetLeftPart(UriPartial.Path)} is not https");
        }

        // It is no run of a check.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var response = await _client.GetAsync(url, cancel);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadAsStringAsync(cancel)
            : throw new IssuerUnavailableException($"{url.GetLeftPart(UriPartial.Path)} answers {(int)response.StatusCode}");
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
