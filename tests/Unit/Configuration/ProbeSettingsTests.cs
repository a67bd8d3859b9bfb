using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Configuration;

/// <summary>The section <c>probe</c>: all that is wrong is reported at once, with its place, as for checks.</summary>
public sealed class ProbeSettingsTests
{
    private static string Probed => string.Join(
        ", ", CheckKinds.All.Where(static kind => kind.Target is not null).Select(static kind => kind.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Section_IsPlanned()
    {
        var probe = Read(
            """
            checks: []
            probe:
              modules:
                http_2xx: { kind: http, timeout: 3s, headers: { X-A: b }, expect: [status in 200..204] }
                tcp_connect: { kind: tcp }
                dagu_up: { kind: n8n }
              targets: ["https://*.shop.example", "10.2.*:5432"]
              allowAddresses: [10.0.0.0/8, fd00::1]
            """).Probe.ShouldNotBeNull();

        probe.Modules.Keys.ShouldBe(["http_2xx", "tcp_connect", "dagu_up"]);
        probe.Modules["http_2xx"].Timeout.ShouldBe(TimeSpan.FromSeconds(3));
        probe.Modules["tcp_connect"].Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        probe.Modules["tcp_connect"].IsOfUrl.ShouldBeFalse();
        var plan = probe.Modules["http_2xx"].Bind(Url("https://a.shop.example/x"), TimeSpan.FromSeconds(2), out var problems);
        problems.ShouldBeEmpty();
        (plan.Name, plan.Host, plan.Timeout).ShouldBe(("http_2xx", "a.shop.example", TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Section_ThatIsWrong_HasAllItsErrorsWithTheirPlaces() => Configured.Read(
        """
        checks: []
        probe:
          modules:
            web: { kind: http, url: "http://a/", expect: [statsu == 200], interval: 5s }
            db: { kind: postgres }
            tpc: { kind: tpc }
            "a b": { kind: tcp }
            none: {}
            text: http
            slow: { kind: http, timeout: 5m, tls: { ca: /missing.pem } }
          targets: ["https://*.shop.*", "ftp://a"]
          allowAddresses: [10.0.0.0/8, 010.0.0.1, fe80::1%1]
          target: x
        """).Errors.ShouldBe(
        [
            "agent.yaml:4:29: probe.modules.web.url: the target comes with each request; remove 'url'",
            "agent.yaml:4:51: probe.modules.web.expect: 'statsu' is not a value that this kind observes (did you mean 'status'?)",
            "agent.yaml:4:67: probe.modules.web.interval: unknown key (valid: body, expect, followRedirects, headers, kind, maxBody, "
                + "method, password, retries, timeout, tls, token, url, username, warn)",
            $"agent.yaml:5:17: probe.modules.db.kind: no kind 'postgres' can be probed (valid: {Probed})",
            "agent.yaml:6:18: probe.modules.tpc.kind: no kind 'tpc' can be probed (did you mean 'tcp'?)",
            "agent.yaml:7:12: probe.modules.a b: this is not a name of a module; use letters, digits and . _ -",
            "agent.yaml:8:11: probe.modules.none.kind: 'kind' is required",
            "agent.yaml:9:11: probe.modules.text: a mapping is expected here",
            "agent.yaml:10:34: probe.modules.slow.timeout: 5m is too long; must be at most 2m",
            "agent.yaml:10:49: probe.modules.slow.tls.ca: the file '/missing.pem' does not exist",
            $"agent.yaml:11:13: probe.targets: 'https://*.shop.*' is not a pattern of targets; {TargetPattern.Remedy}",
            $"agent.yaml:11:33: probe.targets: 'ftp://a' is not a pattern of targets; {TargetPattern.Remedy}",
            "agent.yaml:12:32: probe.allowAddresses: '010.0.0.1' is not an address or a range; write one such as 10.0.0.0/8, 127.0.0.1 or "
                + "fd00::/8",
            "agent.yaml:12:43: probe.allowAddresses: 'fe80::1%1' is not an address or a range; write one such as 10.0.0.0/8, 127.0.0.1 or "
                + "fd00::/8",
            "agent.yaml:13:3: probe.target: unknown key (did you mean 'targets'?)",
        ]);

    [Fact]
    public void Section_WithoutWhatItNeeds_IsRefused() =>
        Configured.Read("checks: []\nprobe: { allowAddresses: 10.0.0.1 }").Errors.ShouldBe(
            [
                "agent.yaml:2:8: probe.modules: 'modules' is required: what is probed, such as http_2xx: { kind: http }",
                "agent.yaml:2:8: probe.targets: 'targets' is required: patterns of what may be asked for, such as https://*.shop.example",
            ]);

    [Fact]
    public void Target_IsNotSubstituted()
    {
        var probe = Read(
            """
            checks: []
            probe:
              modules: { web: { kind: http, token: "${env:TOKEN}" } }
              targets: "*:*"
            """, ("TOKEN", "s3cret"), ("OTHER", "s3cret2")).Probe.ShouldNotBeNull();

        var plan = probe.Modules["web"].Bind(
            new ProbeTarget("http", "a.example", null, 80, "/", "http://a.example/${env:OTHER}?${steps.a.b}"),
            TimeSpan.FromSeconds(1), out var problems);

        problems.ShouldBeEmpty();
        plan.Redactor.Redact("s3cret").ShouldNotContain("s3cret");
    }

    [Fact]
    public void Fingerprint_IsOfWhatIsWritten()
    {
        const string Yaml = "checks: []\nprobe: { modules: { web: { kind: http } }, targets: '*' }";
        Read(Yaml).Probe!.Fingerprint.ShouldBe(Read(Yaml + " # more").Probe!.Fingerprint);
        Read(Yaml).Probe!.Fingerprint.ShouldNotBe(Read(Yaml.Replace("'*'", "'*:*'", StringComparison.Ordinal)).Probe!.Fingerprint);
        Read("checks: []").Probe.ShouldBeNull();
    }

    private static AgentPlan Read(string yaml, params (string Name, string Value)[] environment)
    {
        var configured = Configured.Read(yaml, environment);
        configured.Errors.ShouldBeEmpty();
        return configured.Agent.ShouldNotBeNull();
    }

    private static ProbeTarget Url(string text) => ProbeTarget.OfUrl(text, out _).ShouldNotBeNull();
}
