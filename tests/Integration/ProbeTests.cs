using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Integration;

/// <summary><c>/probe</c> beside a real blackbox_exporter, and for a real Prometheus that was configured for one.</summary>
public sealed partial class ProbeTests
{
    private static readonly string[] Exact =
    [
        "probe_success", "probe_ip_protocol", "probe_ip_addr_hash", "probe_http_status_code", "probe_http_content_length",
        "probe_http_uncompressed_body_length", "probe_http_redirects", "probe_http_ssl", "probe_http_version",
        "probe_http_last_modified_timestamp_seconds", "probe_failed_due_to_regex", "probe_failed_due_to_bytes",
        "probe_ssl_earliest_cert_expiry", "probe_ssl_last_chain_expiry_timestamp_seconds",
    ];

    [Fact]
    public async Task Probe_BesideBlackboxExporter_HasItsNamesAndItsSuccess()
    {
        await using var blackbox = await BlackboxExporter.StartAsync();
        await using var plain = await ProbedSite.StartAsync();
        await using var broken = await ProbedSite.StartAsync();
        broken.Answer = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await using var moved = await ProbedSite.StartAsync();
        moved.Answer = context =>
        {
            context.Response.Redirect($"{plain.Url}/there");
            return Task.CompletedTask;
        };
        using var certificate = Certificates.SelfSigned(days: 20);
        await using var secure = await ProbedSite.StartAsync(certificate: certificate);
        await using var agent = await AgentProcess.StartAsync(
            """
            checks: []
            probe:
              modules:
                http_2xx: { kind: http, followRedirects: true }
                http_still: { kind: http }
                http_insecure: { kind: http, tls: { insecureSkipVerify: true } }
                http_text: { kind: http, expect: [body contains nowhere] }
                http_post: { kind: http, method: POST, body: hello }
                tcp_connect: { kind: tcp }
              targets: ["*:*"]
              allowAddresses: [127.0.0.1]
            """,
            []);
        var closed = $"127.0.0.1:{Containers.FreePort()}";

        foreach (var (module, target) in new[]
        {
            ("http_2xx", plain.Url), ("http_2xx", plain.Url["http://".Length..]), ("http_2xx", broken.Url), ("http_2xx", moved.Url),
            ("http_still", moved.Url), ("http_2xx", $"http://{closed}/"), ("http_2xx", "http://nowhere.invalid/"),
            ("http_2xx", secure.Url), ("http_insecure", secure.Url), ("http_text", plain.Url), ("http_post", plain.Url),
            ("tcp_connect", new Uri(plain.Url).Authority), ("tcp_connect", closed), ("tcp_connect", "nowhere.invalid:80"),
        })
        {
            var path = $"/probe?module={module}&target={Uri.EscapeDataString(target)}";
            var (theirs, ours) = (Series(await blackbox.Client.GetStringAsync(new Uri(path, UriKind.Relative))),
                Series(await agent.Client.GetStringAsync(new Uri(path, UriKind.Relative))));

            ours.Keys.Order(StringComparer.Ordinal).ShouldBe(theirs.Keys.Order(StringComparer.Ordinal), $"{module} {target}");
            foreach (var name in Exact.Where(theirs.ContainsKey))
            {
                ours[name].ShouldBe(theirs[name], $"{module} {target}: {name}");
            }
        }
    }

    [Fact]
    public async Task Prometheus_ConfiguredForBlackboxExporter_NeedsAnotherAddressOnly()
    {
        _ = TestEnvironment.Prometheus;
        using var certificate = Certificates.SelfSigned(days: 20);
        await using var secure = await ProbedSite.StartAsync(certificate: certificate);
        await using var site = await ProbedSite.StartAsync();
        await using var agent = await AgentProcess.StartAsync(
            """
            checks: []
            probe:
              modules: { http_2xx: { kind: http, timeout: 5s, tls: { insecureSkipVerify: true } } }
              targets: ["*:*"]
              allowAddresses: [127.0.0.1]
            """,
            []);
        await using var prometheus = PrometheusServer.With(
            $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: blackbox
                metrics_path: /probe
                params: { module: [http_2xx] }
                static_configs: [{ targets: ["{{site.Url}}", "{{secure.Url}}"] }]
                relabel_configs:
                  - { source_labels: [__address__], target_label: __param_target }
                  - { source_labels: [__param_target], target_label: instance }
                  - { target_label: __address__, replacement: "{{agent.Client.BaseAddress!.Authority}}" }
            """,
            """
            groups:
              - name: blackbox
                rules:
                  - { alert: ProbeFailed, expr: probe_success == 0 }
                  - { alert: ProbeSlow, expr: probe_duration_seconds > 0.25 }
                  - { alert: CertificateExpiresSoon, expr: "probe_ssl_earliest_cert_expiry - time() < 86400 * 30" }
            """);

        (await prometheus.UntilAnyAsync("probe_success == 1")).GetProperty("metric").GetProperty("job").GetString().ShouldBe("blackbox");
        await prometheus.UntilAnyAsync("count(probe_success == 1) == 2");
        await prometheus.UntilAnyAsync("up{job=\"blackbox\"} == 1");
        var expires = await prometheus.UntilAnyAsync("ALERTS{alertname=\"CertificateExpiresSoon\",alertstate=\"firing\"}");
        expires.GetProperty("metric").GetProperty("instance").GetString().ShouldBe(secure.Url);
        (await prometheus.QueryAsync("ALERTS{alertname=\"ProbeFailed\"}")).ShouldBeEmpty();

        var well = site.Answer;
        site.Answer = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        var failed = await prometheus.UntilAnyAsync("ALERTS{alertname=\"ProbeFailed\",alertstate=\"firing\"}");
        failed.GetProperty("metric").GetProperty("instance").GetString().ShouldBe(site.Url);

        site.Answer = async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(350), TimeProvider.System, context.RequestAborted);
            await well(context);
        };
        await prometheus.UntilAnyAsync("ALERTS{alertname=\"ProbeSlow\",alertstate=\"firing\"}");
        await UntilNoneAsync(prometheus, "ALERTS{alertname=\"ProbeFailed\"}");

        // Longer than the scrape allows: the agent answers before Prometheus gives up.
        site.Answer = static context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await prometheus.UntilAnyAsync("ALERTS{alertname=\"ProbeFailed\",alertstate=\"firing\"}");
        (await prometheus.QueryAsync("up == 0")).ShouldBeEmpty();

        site.Answer = well;
        await UntilNoneAsync(prometheus, "ALERTS{alertname=~\"ProbeFailed|ProbeSlow\"}");
        prometheus.Output.ShouldBeEmpty();
    }

    private static Task UntilNoneAsync(PrometheusServer prometheus, string query) =>
        Eventually.TrueAsync(() => prometheus.QueryAsync(query), series => series.Count == 0, $"no {query}");

    /// <summary>The values of all series; of one with other labels than the phase, the names of those.</summary>
    private static Dictionary<string, double> Series(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#')
        .ToDictionary(
            static line => line.Contains("phase=", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')]
                : LabelValue().Replace(line[..line.LastIndexOf(' ')], ""),
            static line => double.Parse(line[line.LastIndexOf(' ')..], System.Globalization.CultureInfo.InvariantCulture),
            StringComparer.Ordinal);

    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValue();
}
