using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Probing;

/// <summary>Compares <c>/probe</c> of an agent with that of a blackbox_exporter.</summary>
internal static partial class BlackboxComparison
{
    private static readonly string[] Exact =
    [
        "probe_success", "probe_ip_protocol", "probe_ip_addr_hash", "probe_http_status_code", "probe_http_content_length",
        "probe_http_uncompressed_body_length", "probe_http_redirects", "probe_http_ssl", "probe_http_version",
        "probe_http_last_modified_timestamp_seconds", "probe_failed_due_to_regex", "probe_failed_due_to_bytes",
        "probe_ssl_earliest_cert_expiry", "probe_ssl_last_chain_expiry_timestamp_seconds", "probe_grpc_ssl", "probe_grpc_status_code",
        "probe_grpc_healthcheck_response{serving_status=\"SERVING\"}", "probe_grpc_healthcheck_response{serving_status=\"NOT_SERVING\"}",
        "probe_grpc_healthcheck_response{serving_status=\"UNKNOWN\"}",
        "probe_grpc_healthcheck_response{serving_status=\"SERVICE_UNKNOWN\"}",
    ];

    /// <summary>Requires of an agent the same series as this one has, and the same values where these are not times.</summary>
    public static async Task ShouldAnswerAsAsync(this BlackboxExporter blackbox, AgentProcess agent, string module, string target)
    {
        var path = new Uri($"/probe?module={module}&target={Uri.EscapeDataString(target)}", UriKind.Relative);
        var (theirs, ours) = (Series(await blackbox.Client.GetStringAsync(path)), Series(await agent.Client.GetStringAsync(path)));

        ours.Keys.Order(StringComparer.Ordinal).ShouldBe(theirs.Keys.Order(StringComparer.Ordinal), $"{module} {target}");
        foreach (var name in Exact.Where(theirs.ContainsKey))
        {
            ours[name].ShouldBe(theirs[name], $"{module} {target}: {name}");
        }
    }

    /// <summary>The values of all series; of one with other labels than a phase or status, the names of those.</summary>
    private static Dictionary<string, double> Series(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#')
        .ToDictionary(
            static line => line.Contains("{phase=", StringComparison.Ordinal) || line.Contains("{serving_status=", StringComparison.Ordinal)
                ? line[..line.LastIndexOf(' ')]
                : LabelValue().Replace(line[..line.LastIndexOf(' ')], ""),
            static line => double.Parse(line[line.LastIndexOf(' ')..], System.Globalization.CultureInfo.InvariantCulture),
            StringComparer.Ordinal);

    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValue();
}
