using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Integration.Probing;

/// <summary><c>/probe</c> beside a real blackbox_exporter, and for a real Prometheus that was configured for one.</summary>
public sealed class ProbeTests
{
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
            await blackbox.ShouldAnswerAsAsync(agent, module, target);
        }
    }

    [Fact]
    public async Task ProbeOfGrpc_BesideBlackboxExporter_HasItsNamesAndItsSuccess()
    {
        await using var blackbox = await BlackboxExporter.StartAsync();
        using var certificate = Certificates.SelfSigned(days: 20);
        await using var plain = await GrpcServer.StartAsync(["orders", "carts"]);
        await using var broken = await GrpcServer.StartAsync(["orders"]);
        broken.Set("orders", HealthStatus.Unhealthy);
        await using var secure = await GrpcServer.StartAsync(["orders"], certificate, "correct-horse");
        await using var guarded = await GrpcServer.StartAsync(["orders"], token: "correct-horse");
        await using var agent = await AgentProcess.StartAsync(
            """
            checks: []
            probe:
              modules:
                grpc_any: { kind: grpc }
                grpc_orders: { kind: grpc, service: orders }
                grpc_ordres: { kind: grpc, service: ordres }
                grpc_verified: { kind: grpc, tls: {} }
                grpc_insecure: { kind: grpc, service: orders, tls: { insecureSkipVerify: true }, token: correct-horse }
              targets: ["*:*"]
              allowAddresses: [127.0.0.1]
            """,
            []);
        var closed = $"127.0.0.1:{Containers.FreePort()}";

        foreach (var (module, target) in new[]
        {
            ("grpc_any", plain.Address), ("grpc_orders", plain.Address), ("grpc_ordres", plain.Address), ("grpc_any", broken.Address),
            ("grpc_orders", broken.Address), ("grpc_any", guarded.Address), ("grpc_any", closed), ("grpc_any", "nowhere.invalid:80"),
            ("grpc_any", secure.Address), ("grpc_verified", secure.Address), ("grpc_insecure", secure.Address),
            ("grpc_insecure", plain.Address),
        })
        {
            await blackbox.ShouldAnswerAsAsync(agent, module, target);
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
}
