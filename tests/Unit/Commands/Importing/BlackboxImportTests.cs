namespace HealthAgent.Unit.Commands.Importing;

public sealed class BlackboxImportTests
{
    private const string Protocol = "the agent tries all addresses of a name, IPv6 and IPv4 alternately (docs/checks.md); not taken over";

    [Theory]
    [InlineData("prober: http", "{kind: http, followRedirects: true}")]
    [InlineData("prober: http\ntimeout: 5s\nhttp:", "{kind: http, followRedirects: true, timeout: 5s}")]
    [InlineData("prober: tcp\ntimeout: 1m", "{kind: tcp, timeout: 1m}")]
    [InlineData("prober: tcp\ntcp: {tls: true, tls_config: {server_name: a.example}}", "{kind: tls, tls: {serverName: a.example}}")]
    [InlineData("prober: grpc", "{kind: grpc}")]
    [InlineData("prober: grpc\ngrpc: {service: a, tls: true, tls_config: {insecure_skip_verify: true}, metadata: {x-tenant: [shop]}}",
        "{kind: grpc, service: a, tls: {insecureSkipVerify: true, enabled: true}, headers: {x-tenant: shop}}")]
    [InlineData("prober: http\nhttp: {method: post, body: '{}', headers: {Content-Type: application/json}}",
        "{kind: http, method: POST, headers: {Content-Type: application/json}, body: {}, followRedirects: true}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, valid_status_codes: [200, 204]}",
        "{kind: http, expect: [status in [200, 204]]}")]
    [InlineData("prober: http\nhttp: {no_follow_redirects: true, valid_status_codes: [418]}", "{kind: http, expect: [status == 418]}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, fail_if_not_ssl: true, valid_http_versions: [HTTP/1.1, HTTP/2.0]}",
        "{kind: http, expect: [httpVersion in [1.1, 2.0], certificate.expiresIn exists]}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, fail_if_ssl: true}", "{kind: http, expect: [certificate.expiresIn not "
        + "exists]}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, fail_if_body_matches_regexp: ['(?P<a>b)\\s'], "
        + "fail_if_body_not_matches_regexp: [' ok']}",
        "{kind: http, expect: [body not matches (?<a>b)\\s, body matches \" ok\"]}")]
    [InlineData("prober: http\nhttp:\n  follow_redirects: false\n  fail_if_header_matches: [{header: Set-Cookie, allow_missing: true, "
        + "regexp: '.*'}]\n"
        + "  fail_if_header_not_matches: [{header: Vary, regexp: 'a|b'}]",
        "{kind: http, expect: [header Set-Cookie not exists, header Vary matches a|b]}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, body_size_limit: 2MB, compression: gzip}",
        "{kind: http, maxBody: 2MiB, headers: {Accept-Encoding: gzip}, expect: [header Content-Encoding == gzip]}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, tls_config: {insecure_skip_verify: true, server_name: a.example, "
        + "min_version: TLS13}}",
        "{kind: http, tls: {serverName: a.example, insecureSkipVerify: true, minVersion: 1.3}}")]
    [InlineData("prober: http\nhttp: {follow_redirects: false, http_headers: {X-A: {values: [a, b], secrets: ['${1}']}}}",
        "{kind: http, headers: {X-A: $${1}}}")]
    public void Module_BecomesOneOfProbe(string module, string expected)
    {
        var imported = Imported.Blackbox(Modules(module));

        Written(imported).ShouldBe(expected);
        Losses(imported).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("basic_auth: {username: u, password: hunter2}", "{kind: http, username: u, password: hunter2}", "password")]
    [InlineData("bearer_token: hunter2", "{kind: http, token: hunter2}", "token")]
    [InlineData("authorization: {credentials: hunter2}", "{kind: http, token: hunter2}", "token")]
    [InlineData("authorization: {type: Token, credentials: hunter2}", "{kind: http, headers: {Authorization: Token hunter2}}",
        "headers.Authorization")]
    public void Credentials_InTheText_StayUsableAndAreHintedAt(string http, string expected, string setting)
    {
        var imported = Imported.Blackbox(Modules($"prober: http\nhttp: {{follow_redirects: false, {http}}}"));

        Written(imported).ShouldBe(expected);
        var line = Lines(imported).ShouldHaveSingleItem();
        line.ShouldStartWith($"blackbox.yml:4: probe.modules.m.{setting}: hint: ");
        line.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("prober: icmp", "blackbox.yml:3: modules.m: needs the kind icmp, which is not available in this version; not taken over")]
    [InlineData("prober: dns\ndns: {query_name: a}",
        "blackbox.yml:3: modules.m: needs the kind dns, which is not available in this version; not taken over")]
    [InlineData("prober: tcp\ntcp: {query_response: [{expect: '^SSH-2.0-'}]}",
        "blackbox.yml:3: modules.m: needs the kind ssh, which is not available in this version; not taken over")]
    [InlineData("prober: tcp\ntcp: {query_response: [{send: PING}, {expect: PONG}]}",
        "blackbox.yml:3: modules.m: what it sends and expects is what the kind redis does in full; write a check of that kind with its "
        + "credentials")]
    [InlineData("prober: teapot", "blackbox.yml:3: modules.m: it has none of the probers that blackbox_exporter knows; not taken over")]
    public void Module_OfNoKindThereIs_IsReportedAndLeftOut(string module, string line)
    {
        var imported = Imported.Blackbox(Modules(module));

        imported.Yaml.ShouldContain("modules: {}");
        Lines(imported).ShouldBe([line]);
        imported.Yaml.ShouldContain($"    # {line}\n");
    }

    [Theory]
    [InlineData("preferred_ip_protocol: ip4", Protocol)]
    [InlineData("proxy_url: http://p", "not available in this version: the agent connects directly; not taken over")]
    [InlineData("fail_if_body_json_matches_cel: a", "CEL is not available; write conditions such as json $.status == up")]
    [InlineData("valid_http_versions: [HTTP/2.0]", "the agent speaks HTTP/1.1 only; not taken over")]
    [InlineData("novelty: 1", "this import does not know it; not taken over")]
    [InlineData("body_size_limit: much", "this is not a size; maxBody is 1MiB unless written")]
    public void Key_ThatCannotBeTakenOver_IsReportedWithItsLine(string http, string message)
    {
        var imported = Imported.Blackbox(Modules($"prober: http\nhttp: {{follow_redirects: false, {http}}}"));

        Lines(imported).ShouldBe([$"blackbox.yml:4: modules.m.http.{http.Split(':')[0]}: {message}"]);
        Written(imported).ShouldBe("{kind: http}");
    }

    [Fact]
    public void Module_WithWhatTheAgentRefuses_IsWithoutThatAlone()
    {
        var imported = Imported.Blackbox(Modules("""
            prober: http
            http:
              follow_redirects: false
              method: CONNECT
              headers: { Content-Length: 3, X-A: a }
              fail_if_body_matches_regexp: ["(", "b"]
              tls_config: { ca_file: /not/here.pem, insecure_skip_verify: true }
              body_file: /not/here.txt
            """));

        Written(imported).ShouldBe("{kind: http, headers: {X-A: a}, tls: {insecureSkipVerify: true}, expect: [body not matches b]}");
        var lines = Lines(imported);
        lines.ShouldContain(line => line == "blackbox.yml:10: probe.modules.m.body: left out: the file '/not/here.txt' does not exist; "
            + "once it is there, write body: ${file:/not/here.txt}");
        lines.ShouldContain(line => line.StartsWith("blackbox.yml:9: probe.modules.m.tls.ca: left out: ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("blackbox.yml:7: probe.modules.m.headers: left out: 'Content-Length'",
            StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("blackbox.yml:6: probe.modules.m.method: left out: ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("blackbox.yml:8: probe.modules.m.expect: left out: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Targets_OfAScrapeConfiguration_BecomeChecksAndPatterns()
    {
        var imported = Imported.Blackbox(Modules("prober: http\ntimeout: 5s\nhttp: {follow_redirects: false}"), """
            global: { scrape_interval: 30s }
            rule_files: [a.yml]
            scrape_configs:
              - job_name: Shop
                metrics_path: /probe
                params: { module: [m] }
                static_configs:
                  - targets: ["https://shop.example/health?a=1", shop.example, "http://10.0.0.7:8080"]
                    labels: { team: shop }
                relabel_configs:
                  - { source_labels: [__address__], target_label: __param_target }
                  - { source_labels: [__param_target], target_label: instance }
                  - { target_label: __address__, replacement: "blackbox:9115" }
              - job_name: node
                static_configs: [{ targets: ["n:9100"] }]
              - job_name: other
                scrape_interval: 3s
                params: { module: [n] }
                dns_sd_configs: [{ names: [a] }]
                static_configs: [{ targets: ["x"] }]
            """);

        imported.Checks.ShouldBe(
        [
            "{name: shop.example-health, kind: http, group: shop, labels: {team: shop}, url: https://shop.example/health?a=1, "
            + "interval: 30s, timeout: 5s}",
            "{name: shop.example, kind: http, group: shop, labels: {team: shop}, url: http://shop.example, interval: 30s, timeout: 5s}",
            "{name: 10.0.0.7-8080, kind: http, group: shop, labels: {team: shop}, url: http://10.0.0.7:8080, interval: 30s, timeout: 5s}",
        ]);
        var probe = imported.Configured.Options!.Probe.ShouldNotBeNull();
        probe.Targets.Select(target => target.Text).ShouldBe(
            ["https://shop.example:443/health", "http://shop.example:80/", "http://10.0.0.7:8080/"]);
        probe.AllowAddresses.Select(address => address.Text).ShouldBe(["10.0.0.7"]);
        imported.Lines.ShouldBe(
        [
            "prometheus.yml:2: rule_files: is Prometheus' own and stays there",
            "prometheus.yml:14: scrape_configs[node]: scrapes something else than blackbox_exporter; it stays in Prometheus",
            "prometheus.yml:19: scrape_configs[other].dns_sd_configs: targets are taken from static_configs only; write those that it "
                + "finds "
            + "by hand",
            "prometheus.yml:20: scrape_configs[other].static_configs[0]: there is no module 'n' among those that were taken over, so these "
            + "targets are not either",
        ]);
    }

    [Fact]
    public void Target_WithAPassword_HasANameWithoutIt()
    {
        var imported = Imported.Blackbox(Modules("prober: http"), """
            scrape_configs:
              - { job_name: j, params: { module: [m] }, static_configs: [{ targets: ["https://u:hunter2@shop.example/a?token=t0ken"] }] }
            """);

        imported.Check().ShouldStartWith("{name: shop.example-a, kind: http, ");
        var lines = string.Join('\n', imported.Lines);
        lines.ShouldNotContain("hunter2");
        lines.ShouldNotContain("t0ken");
        lines.ShouldContain("\nprometheus.yml:2: checks[shop.example-a].url: hint: ");
    }

    private static string Modules(string module) => $"modules:\n  m:\n    {module.Replace("\n", "\n    ", StringComparison.Ordinal)}\n";

    private static string Written(Imported imported) =>
        Imported.Flat(imported.Configured.Options!.Probe!.Modules.ShouldHaveSingleItem().Settings.Written);

    /// <summary>All lines but the one that says that no targets are allowed.</summary>
    private static List<string> Lines(Imported imported) =>
        [.. imported.Lines.Where(line => !line.Contains("blackbox_exporter probes whatever", StringComparison.Ordinal))];

    private static List<string> Losses(Imported imported) =>
        [.. Lines(imported).Where(line => !line.Contains(": hint: ", StringComparison.Ordinal))];
}
