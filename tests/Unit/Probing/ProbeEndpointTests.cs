using System.Security.Cryptography;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Probing;

/// <summary><c>/probe</c>, as blackbox_exporter answers it.</summary>
public sealed class ProbeEndpointTests
{
    [Fact]
    public async Task Probe_OfAUrl_HasTheMetricsOfBlackboxExporter()
    {
        await using var target = await HttpTarget.StartAsync(static async context =>
        {
            context.Response.Headers.LastModified = "Wed, 25 Nov 2026 07:28:00 GMT";
            context.Response.ContentLength = 2;
            await context.Response.WriteAsync("ok");
        });
        await using var agent = await ProbeServer.StartAsync();

        var reply = await agent.ProbeAsync(target.Url);

        reply.ContentType.ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        reply.Headers["Cache-Control"].ShouldBe("no-store");
        reply.Value("probe_success").ShouldBe("1");
        reply.Value("probe_http_status_code").ShouldBe("200");
        reply.Value("probe_http_content_length").ShouldBe("2");
        reply.Value("probe_http_uncompressed_body_length").ShouldBe("2");
        reply.Value("probe_http_redirects").ShouldBe("0");
        reply.Value("probe_http_ssl").ShouldBe("0");
        reply.Value("probe_http_version").ShouldBe("1.1");
        reply.Value("probe_http_last_modified_timestamp_seconds").ShouldBe("1795591680");
        reply.Value("probe_ip_protocol").ShouldBe("4");
        reply.Value("probe_ip_addr_hash").ShouldBe("3668918509");
        reply.Value("probe_failed_due_to_regex").ShouldBe("0");
        foreach (var phase in (string[])["resolve", "connect", "tls", "processing", "transfer"])
        {
            reply.Value($"probe_http_duration_seconds{{phase=\"{phase}\"}}").ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Probe_OfATargetWithoutScheme_AsksByHttp()
    {
        await using var target = await HttpTarget.AnsweringAsync("{}");
        await using var agent = await ProbeServer.StartAsync();

        (await agent.ProbeAsync(target.Url["http://".Length..])).Value("probe_success").ShouldBe("1");
        (await agent.GetAsync($"/probe?target={target.Url}")).Value("probe_success").ShouldBe("1", "the default module is http_2xx");
    }

    [Fact]
    public async Task Probe_ByTls_HasTheCertificate()
    {
        using var authority = new Authority("probe-ca");
        using var certificate = authority.Issue();
        await using var target = new TlsTarget(certificate);
        await using var agent = await ProbeServer.StartAsync("http_2xx: { kind: http, tls: { insecureSkipVerify: true } }");

        var reply = await agent.ProbeAsync(target.Url);

        reply.Value("probe_http_ssl").ShouldBe("1");
        reply.Value("probe_ssl_earliest_cert_expiry")
            .ShouldBe($"{new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds()}");
        reply.Value("probe_ssl_last_chain_expiry_timestamp_seconds").ShouldBe("-62135596800", "the chain was not verified");
        reply.Body.ShouldMatch("probe_tls_version_info\\{version=\"TLS 1.[23]\"\\} 1\n");
        reply.Body.ShouldMatch("probe_tls_cipher_info\\{cipher=\"TLS_[A-Z0-9_]+\"\\} 1\n");
        reply.Body.ShouldContain(
            $"probe_ssl_last_chain_info{{fingerprint_sha256=\"{Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))}\"");
    }

    [Fact]
    public async Task Probe_ThatFails_IsAnsweredWithSuccess0()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        await using var target = await HttpTarget.AnsweringAsync("{}", status: 503);
        await using var agent = await ProbeServer.StartAsync(
            $"{ProbeServer.Modules}, text: {{ kind: http, expect: [body contains nope] }}");

        (await agent.ProbeAsync($"127.0.0.1:{port}", "tcp_connect")).Value("probe_success").ShouldBe("0");
        var down = await agent.ProbeAsync(target.Url);
        (down.Value("probe_success"), down.Value("probe_http_status_code")).ShouldBe(("0", "503"));
        down.Value("probe_failed_due_to_regex").ShouldBe("0");
        var unreachable = await agent.ProbeAsync($"http://127.0.0.1:{port}/");
        (unreachable.Value("probe_success"), unreachable.Value("probe_http_status_code")).ShouldBe(("0", "0"));
        await using var other = await HttpTarget.AnsweringAsync("{}");
        (await agent.ProbeAsync(other.Url, "text")).Value("probe_failed_due_to_regex").ShouldBe("1");
    }

    [Fact]
    public async Task Answer_IsInOpenMetricsForThoseWhoAcceptIt()
    {
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync();

        var reply = await agent.ProbeAsync(
            $"127.0.0.1:{target.Port}", "tcp_connect", "", ("Accept", "application/openmetrics-text;version=1.0.0;q=0.7,text/plain;q=0.3"));

        reply.ContentType.ShouldBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
        reply.Body.ShouldEndWith("probe_success 1\n# EOF\n");
    }

    [Theory]
    [InlineData("/probe?module=http_2xx", 400, "Target parameter is missing")]
    [InlineData("/probe?target=&module=http_2xx", 400, "Target parameter is missing")]
    [InlineData("/probe?target=a.example&module=nope", 400, "Unknown module \"nope\"")]
    [InlineData("/probe?target=a.example&module=http_2xx&hostname=b", 400, "hostname")]
    [InlineData("/probe?target=http://127.1/&module=http_2xx", 400, "four decimal numbers")]
    [InlineData("/probe?target=https://a.example@127.0.0.1/&module=http_2xx", 400, "The target cannot be probed")]
    [InlineData("/probe?target=a.example&module=tcp_connect", 400, "HOST:PORT")]
    [InlineData("/probe?target=b.example&module=http_2xx", 403, "matches no pattern")]
    [InlineData("/probe?target=https://a.example:444/&module=http_2xx", 403, "matches no pattern")]
    public async Task Request_ThatIsWrong_IsRefused(string path, int status, string words)
    {
        await using var agent = await ProbeServer.StartAsync(targets: "a.example");

        var reply = await agent.GetAsync(path);

        reply.ShouldBeProblem(status);
        reply.Json.GetProperty("detail").GetString()!.ShouldContain(words);
    }

    [Fact]
    public async Task Route_WithoutTheSection_IsNotThere()
    {
        await using var agent = await AgentServer.StartAsync();

        (await agent.ProbeAsync("http://127.0.0.1/")).ShouldBeProblem(404);
        (await agent.SendAsync(HttpMethod.Post, agent.Loopback, "/probe")).ShouldBeProblem(405);
    }

    [Fact]
    public async Task Explanation_IsForThoseWhoSeeDetailsAndHasNoSecret()
    {
        await using var target = await HttpTarget.StartAsync(
            static context => context.Response.WriteAsync($"you sent {context.Request.Headers.Authorization}"));
        await using var agent = await ProbeServer.StartAsync(
            "http_2xx: { kind: http, token: s3cret-token, headers: { X-Key: s3cret-key }, expect: [body contains you] }");
        var query = $"/probe?target={Uri.EscapeDataString(target.Url)}&module=http_2xx&debug=true";

        var reply = await agent.GetAsync(query);

        reply.ContentType.ShouldBe("text/plain; charset=utf-8");
        reply.Body.ShouldStartWith("Logs for the probe:\n");
        reply.Body.ShouldContain("GET " + target.Url);
        reply.Body.ShouldContain("Metrics that would have been returned:\n");
        reply.Body.ShouldContain("probe_success 1\n");
        reply.Body.ShouldContain("Module configuration:\n");
        reply.Body.ShouldContain("\"token\": \"***\"");
        reply.Body.ShouldNotContain("s3cret");
        var refused = await agent.GetPubliclyAsync(query);
        refused.Status.ShouldBeOneOf(401, 403);
        refused.Body.ShouldNotContain("s3cret");
        (await agent.GetPubliclyAsync(query.Replace("&debug=true", "", StringComparison.Ordinal))).Value("probe_success").ShouldBe("1");
    }

    [Theory]
    [InlineData("cross-site", "empty", 403)]
    [InlineData("same-site", "image", 403)]
    [InlineData("cross-site", "iframe", 403)]
    [InlineData("cross-site", "document", 200)]
    [InlineData("none", "document", 200)]
    [InlineData("same-origin", "empty", 200)]
    public async Task Page_OfAnotherSite_HasNothingProbed(string site, string destination, int status)
    {
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync();

        var reply = await agent.ProbeAsync(
            $"127.0.0.1:{target.Port}", "tcp_connect", "", ("Sec-Fetch-Site", site), ("Sec-Fetch-Dest", destination));

        reply.Status.ShouldBe(status);
    }
}
