using System.Globalization;
using HealthAgent.Explanation;

namespace HealthAgent.Agent.Probing;

/// <summary>What a probe of kind <c>http</c> observed, under the names that blackbox_exporter has for it.</summary>
internal static class HttpProbeMetrics
{
    /// <summary>The metrics of HTTP.</summary>
    public static IEnumerable<GaugeFamily> Of(ProbeRun run)
    {
        // The one that the outcome is about: there may have been a later request that was not answered.
        var answered = run.Explanation.Requests is [.., { Status: not null } last] ? last : null;
        yield return new("probe_http_status_code", "The status code of the last response; 0 without one.", answered?.Status ?? 0);
        yield return new("probe_http_content_length", "The length that the last response announced; -1 without one.", Length(answered));
        yield return new("probe_http_uncompressed_body_length", "The length of the body, decompressed.", run.Observed("bodySize"));
        yield return new("probe_http_redirects", "The number of redirects.", run.Explanation.Requests.Count(IsRedirect));
        yield return new("probe_http_ssl", "1 if the last response came by TLS.", IsSecure(answered) ? 1 : 0);
        yield return new("probe_http_version", "The version of HTTP of the last response.", Version(answered));
        yield return new(
            "probe_failed_due_to_regex", "1 if the probe failed by an expectation of a text.", run.FailedByText() ? 1 : 0);
        yield return new(
            "probe_http_duration_seconds", "How long each phase took, all redirects together.", Phases(run));
        if (Header(answered, "Last-Modified") is { } modified
            && DateTimeOffset.TryParseExact(
                modified, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            yield return new(
                "probe_http_last_modified_timestamp_seconds", "When the content was last modified.", at.ToUnixTimeSeconds());
        }

        if (IsSecure(answered) && run.Explanation.Handshakes is [.., { Chain.Count: > 0 } handshake])
        {
            foreach (var family in TlsProbeMetrics.Of(handshake))
            {
                yield return family;
            }
        }
    }

    private static GaugeSample[] Phases(ProbeRun run)
    {
        var resolving = new GaugeSample(run.Resolving(), ("phase", "resolve"));
        return run.Explanation.Connections.Count == 0 ? [resolving] :
        [
            new(run.Observed("connect"), ("phase", "connect")),
            new(run.Observed("firstByte"), ("phase", "processing")),
            resolving,
            new(run.Observed("tls"), ("phase", "tls")),
            new(run.Observed("transfer"), ("phase", "transfer")),
        ];
    }

    // As where a compressed body is decompressed on the way: what was announced is of something else.
    private static double Length(HttpExchange? response) =>
        response is null ? 0
        : Header(response, "Content-Encoding") is null
            && long.TryParse(Header(response, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length
        : -1;

    private static double Version(HttpExchange? response) =>
        double.TryParse(response?.Version, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static bool IsSecure(HttpExchange? response) =>
        response?.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) is true;

    private static bool IsRedirect(HttpExchange exchange) =>
        exchange.Status is 301 or 302 or 303 or 307 or 308 && Header(exchange, "Location") is not null;

    private static string? Header(HttpExchange? response, string name) =>
        response?.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
