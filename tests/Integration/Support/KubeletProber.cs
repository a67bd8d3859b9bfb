using System.Globalization;
using System.Net;
using System.Text;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace HealthAgent.Integration.Support;

/// <summary>What a kubelet makes of a probe.</summary>
/// <param name="Succeeded">Whether the container passes.</param>
/// <param name="Output">What the kubelet would log, or write into the event of a failed probe.</param>
internal sealed record KubeletProbe(bool Succeeded, string Output);

/// <summary>Probes as a kubelet does: <c>httpGet</c> and <c>grpc</c>. Each probe opens a connection of its own.</summary>
/// <remarks>Rule: Kubernetes 1.35, <c>pkg/probe/http</c> and <c>pkg/probe/grpc</c>.</remarks>
internal static class KubeletProber
{
    private const string UserAgent = "kube-probe/1.35";
    private const string GrpcUserAgent = $"{UserAgent} grpc-go/1.72.2";
    private const int MostRedirects = 10;
    private const int MostBody = 10 * 1024;

    /// <summary>The timeout of a probe that names none.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A probe of the form <c>httpGet</c>. It passes by a status from 200 to 399; a redirect is followed within the same host name, and is
    /// taken for what it is elsewhere. Certificates are not verified.
    /// </summary>
    /// <param name="url">Scheme, address of the pod, port and path of the probe.</param>
    /// <param name="timeout">Its <c>timeoutSeconds</c>.</param>
    /// <param name="headers">Its <c>httpHeaders</c>; <c>User-Agent</c>, <c>Accept</c> and <c>Host</c> replace the kubelet's.</param>
    public static async Task<KubeletProbe> HttpAsync(
        Uri url, TimeSpan? timeout = null, params IEnumerable<(string Name, string Value)> headers)
    {
        using var patience = new CancellationTokenSource(timeout ?? DefaultTimeout, TimeProvider.System);
        using var client = new HttpMessageInvoker(Handler());
        var written = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        try
        {
            for (var (next, redirects) = (url, 0); ; redirects++)
            {
                using var request = Request(next, written);
                using var response = await client.SendAsync(request, patience.Token);
                if (RedirectOf(response, next) is { } target && target.Host == url.Host)
                {
                    if (redirects == MostRedirects)
                    {
                        return new KubeletProbe(false, $"Get \"{target}\": stopped after {MostRedirects} redirects");
                    }

                    next = target;
                    continue;
                }

                var status = (int)response.StatusCode;
                return status is >= 200 and < 400
                    ? new KubeletProbe(true, await BodyAsync(response, patience.Token))
                    : new KubeletProbe(false, string.Create(CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {status}"));
            }
        }
        catch (OperationCanceledException)
        {
            return new KubeletProbe(false, $"Get \"{url}\": context deadline exceeded");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new KubeletProbe(false, $"Get \"{url}\": {e.Message}");
        }
    }

    /// <summary>A probe of the form <c>grpc</c>: without TLS, which kubelets do not speak there. It passes by SERVING alone.</summary>
    /// <param name="address">The address of the pod.</param>
    /// <param name="port">Its <c>port</c>.</param>
    /// <param name="service">Its <c>service</c>; empty where it names none.</param>
    /// <param name="timeout">Its <c>timeoutSeconds</c>.</param>
    public static async Task<KubeletProbe> GrpcAsync(string address, int port, string service = "", TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        var target = new UriBuilder("http", address, port).Uri;
        using var channel = GrpcChannel.ForAddress(target, new GrpcChannelOptions { HttpHandler = new GoClient(Handler()) });
        try
        {
            var response = await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest { Service = service }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + limit);
            return response.Status == HealthCheckResponse.Types.ServingStatus.Serving
                ? new KubeletProbe(true, "service healthy")
                : new KubeletProbe(false, $"service unhealthy (responded with \"{Written(response.Status)}\")");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return new KubeletProbe(
                false, $"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {e.Status.Detail}");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
        {
            return new KubeletProbe(false, $"timeout: health rpc did not complete within {limit.TotalSeconds}s");
        }
        catch (RpcException e)
        {
            return new KubeletProbe(
                false, $"error: health rpc probe failed: rpc error: code = {e.StatusCode} desc = {e.Status.Detail}");
        }
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
#pragma warning disable CA5359 // As kubelets do.
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    };

    private static HttpRequestMessage Request(Uri url, Dictionary<string, string> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url) { VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", headers.GetValueOrDefault("User-Agent", UserAgent));
        request.Headers.TryAddWithoutValidation("Accept", headers.GetValueOrDefault("Accept", "*/*"));
        foreach (var (name, value) in headers.Where(header => !request.Headers.Contains(header.Key)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static Uri? RedirectOf(HttpResponseMessage response, Uri from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
            ? new Uri(from, location)
            : null;

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = new byte[MostBody];
        return Encoding.UTF8.GetString(read, 0, await body.ReadAtLeastAsync(read, MostBody, throwOnEndOfStream: false, cancellationToken));
    }

    private static string Written(HealthCheckResponse.Types.ServingStatus status) => status switch
    {
        HealthCheckResponse.Types.ServingStatus.NotServing => "NOT_SERVING",
        HealthCheckResponse.Types.ServingStatus.Serving => "SERVING",
        HealthCheckResponse.Types.ServingStatus.ServiceUnknown => "SERVICE_UNKNOWN",
        _ => "UNKNOWN",
    };

    /// <summary>Names itself as Go's client does with the kubelet's name in front.</summary>
    private sealed class GoClient(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Remove("User-Agent");
            request.Headers.TryAddWithoutValidation("User-Agent", GrpcUserAgent);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
