using HealthAgent.Agent.Commands.Importing;

namespace HealthAgent.Unit.Commands.Importing;

public sealed class GatusImportTests
{
    [Theory]
    [InlineData("[STATUS] == 200", "status == 200")]
    [InlineData("[STATUS] <= 299", "status <= 299")]
    [InlineData("300 > [STATUS]", "status < 300")]
    [InlineData("[STATUS] == any(200, 429)", "status in [200, 429]")]
    [InlineData("[STATUS] != any(500,503)", "status not in [500, 503]")]
    [InlineData("[STATUS] == pat(2*)", "status in 200..299")]
    [InlineData("[RESPONSE_TIME] < 500", "latency < 500ms")]
    [InlineData("[RESPONSE_TIME] < 2s", "latency < 2s")]
    [InlineData("[CERTIFICATE_EXPIRATION] > 48h", "certificate.expiresIn > 2d")]
    [InlineData("[BODY] == pat(*<h1>Example Domain</h1>*)", "body contains <h1>Example Domain</h1>")]
    [InlineData("[BODY] == OK", "body == OK")]
    [InlineData("[BODY] > 5", "json $ > 5")]
    [InlineData("[body].user.name == john", "json $.user.name == john")]
    [InlineData("[BODY].data[0].id == 1", "json $.data[0].id == 1")]
    [InlineData("[BODY][0][1].id == 1", "json $[0][1].id == 1")]
    [InlineData("[BODY].a key.it's == 1", "json $['a key'][\"it's\"] == 1")]
    [InlineData("[BODY].age == [BODY].id", "json $.age == json $.id")]
    [InlineData("len([BODY].data) < 5", "len(json $.data) < 5")]
    [InlineData("len([BODY]) > 0", "len(json $) > 0")]
    [InlineData("has([BODY].errors) == false", "json $.errors not exists")]
    [InlineData("has([BODY].users) != false", "json $.users exists")]
    [InlineData("[BODY].name == pat(john*)", "json $.name matches ^john")]
    [InlineData("[BODY].name != pat(*.example)", @"json $.name not matches \.example$")]
    [InlineData("[BODY].name == pat(a*b?)", "json $.name matches (?s)^a.*b.$")]
    [InlineData("[BODY].name == pat(*)", "json $.name exists")]
    [InlineData("[BODY].id == any(1, 2)", "json $.id in [1, 2]")]
    [InlineData("[BODY].x == {}", "json $.x == \"{}\"")]
    [InlineData("[BODY].x == \"a\"", "json $.x == '\"a\"'")]
    [InlineData("[CONNECTED] == true", null)]
    public void Condition_BecomesOneOfOurs(string condition, string? expected) =>
        GatusConditions.Translate(condition, "http").ShouldBe(new GatusCondition(expected));

    [Fact]
    public void Condition_OfGrpc_IsAboutItsStatus() =>
        GatusConditions.Translate("[BODY].status == SERVING", "grpc").ShouldBe(new GatusCondition("status == serving"));

    [Theory]
    [InlineData("[IP] == 127.0.0.1", "http")]
    [InlineData("[DOMAIN_EXPIRATION] > 720h", "http")]
    [InlineData("[DNS_RCODE] == NOERROR", "http")]
    [InlineData("[CONNECTED] == false", "tcp")]
    [InlineData("[STATUS] == 200", "tcp")]
    [InlineData("[STATUS] == OK", "http")]
    [InlineData("[BODY].a > b", "http")]
    [InlineData("[BODY].a == pat([1-9])", "http")]
    [InlineData("[BODY] == [BODY].a", "http")]
    [InlineData("[CONTEXT].a == 1", "http")]
    [InlineData("[STATUS]==200", "http")]
    [InlineData("", "http")]
    public void Condition_ThatIsNotOneOfOurs_SaysWhy(string condition, string kind)
    {
        var (text, problem) = GatusConditions.Translate(condition, kind);

        text.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("{name: A, url: 'https://a/', conditions: ['[STATUS] == 200']}",
        "{name: a, kind: http, url: https://a/, followRedirects: true, expect: [status == 200]}")]
    [InlineData("{name: A, url: 'https://a/', interval: 5m, conditions: ['[RESPONSE_TIME] < 1s']}",
        "{name: a, kind: http, url: https://a/, followRedirects: true, interval: 5m, expect: [latency < 1s, status exists]}")]
    [InlineData("{name: A B, group: 'Core / X', enabled: false, url: 'tcp://a:1', conditions: ['[CONNECTED] == true']}",
        "{name: a-b, kind: tcp, enabled: false, group: core-x, address: a:1}")]
    [InlineData("{name: A, url: 'tls://a:636', client: {insecure: true}, conditions: ['[CONNECTED] == true', "
        + "'[CERTIFICATE_EXPIRATION] > 48h']}",
        "{name: a, kind: tls, address: a:636, tls: {insecureSkipVerify: true}, expect: [certificate.expiresIn > 2d]}")]
    [InlineData("{name: A, url: 'http://a', method: POST, graphql: true, body: '{ u \"v\" }', conditions: ['[STATUS] < 300']}",
        "{name: a, kind: http, url: http://a, method: POST, body: {\"query\":\"{ u \\u0022v\\u0022 }\"}, "
        + "headers: {Content-Type: application/json}, followRedirects: true, expect: [status < 300]}")]
    [InlineData("{name: A, url: 'http://a', headers: {X: $V, Y: 'a$$b${W}'}, extra-labels: {env-a: b}, conditions: ['[STATUS] == 1']}",
        "{name: a, kind: http, labels: {env_a: b}, url: http://a, headers: {X: ${env:V}, Y: a$b${env:W}}, followRedirects: true, "
        + "expect: [status == 1]}")]
    [InlineData("{name: A, url: 'http://a', client: {insecure: true, ignore-redirect: true, timeout: 3s}, conditions: ['[STATUS] == 1']}",
        "{name: a, kind: http, url: http://a, tls: {insecureSkipVerify: true}, timeout: 3s, expect: [status == 1]}")]
    [InlineData("{name: A, url: 'http://a', conditions: ['[STATUS] == 1'], alerts: [{type: slack}, {type: x, failure-threshold: 2}]}",
        "{name: a, kind: http, url: http://a, followRedirects: true, failureThreshold: 2, successThreshold: 2, expect: [status == 1]}")]
    public void Endpoint_BecomesACheck(string endpoint, string expected) =>
        Imported.Gatus($"endpoints:\n  - {endpoint}\n", ("V", "v"), ("W", "w")).Check().ShouldBe(expected);

    [Theory]
    [InlineData("{name: E, group: G, token: t0ken, heartbeat: {interval: 30m}}",
        "{name: e, kind: heartbeat, group: g, token: t0ken, interval: 30m}")]
    [InlineData("{name: E, token: $T}", "{name: e, kind: heartbeat, token: ${env:T}, interval: 30d}")]
    public void ExternalEndpoint_BecomesAHeartbeat(string endpoint, string expected)
    {
        var imported = Imported.Gatus($"external-endpoints:\n  - {endpoint}\n", ("T", "t"));

        imported.Check().ShouldBe(expected);
        imported.Lines.ShouldContain(line => line.Contains("PUT /heartbeats/NAME", StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_AreThoseOfGatus()
    {
        var plan = Imported.Gatus("endpoints: [{name: a, url: 'tcp://a:1'}, {name: b, url: 'tcp://b:1', interval: 5s}]").Configured.Plans;

        plan.Select(check => (check.Interval, check.Timeout)).ShouldBe(
            [(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)), (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5))]);
    }

    [Theory]
    [InlineData("url: 'icmp://a'", "gatus.yaml:2: endpoints[A]: needs the kind icmp, which is not available in this version; not "
        + "taken over")]
    [InlineData("url: '8.8.8.8', dns: {query-name: a}",
        "gatus.yaml:2: endpoints[A]: needs the kind dns, which is not available in this version; not taken over")]
    [InlineData("url: 'udp://a:1'", "gatus.yaml:2: endpoints[A]: there is no kind for it; not taken over: let a script that knows it "
        + "answer "
        + "over HTTP, and check that")]
    [InlineData("url: 'tcp://a:1/b'", "gatus.yaml:2: checks[a].address: left out as a whole: this is not an address; write HOST:PORT, "
        + "such as "
        + "127.0.0.1:5432")]
    public void Endpoint_OfNoKindThereIs_IsReportedAndLeftOut(string endpoint, string line)
    {
        var imported = Imported.Gatus($"endpoints:\n  - {{name: A, {endpoint}, conditions: ['[CONNECTED] == true']}}\n");

        imported.Lines.ShouldBe([line]);
        imported.Yaml.ShouldContain($"checks: []\n  # A\n  # {line}\n");
    }

    [Theory]
    [InlineData("client: {oauth2: {}}", "client.oauth2")]
    [InlineData("client: {dns-resolver: x}", "client.dns-resolver")]
    [InlineData("client: {nonsense: x}", "client.nonsense")]
    [InlineData("ui: {hide-url: true}", "ui")]
    [InlineData("nonsense: 1", "nonsense")]
    [InlineData("body: 'a [ENDPOINT_NAME]'", "body")]
    [InlineData("conditions: ['[STATUS] == 200', '[IP] == 1']", "conditions")]
    public void Key_ThatCannotBeTakenOver_IsReportedWithItsLine(string endpoint, string key) =>
        Imported.Gatus($"endpoints:\n  - name: A\n    url: http://a\n    {endpoint}\n").Lines.ShouldHaveSingleItem()
            .ShouldStartWith($"gatus.yaml:4: endpoints[A].{key}: ");

    [Fact]
    public void File_WithAllSections_ReportsWhatIsElsewhere()
    {
        var imported = Imported.Gatus("""
            alerting: { slack: { webhook-url: "https://hooks.example/s3cret", default-alert: { failure-threshold: 5 } } }
            web: { port: 8080 }
            connectivity: { checker: { target: "1.1.1.1:53", interval: 30s } }
            maintenance: { start: 23:00, duration: 1h, timezone: Europe/Amsterdam, every: [Monday, Thursday] }
            x-defaults: &defaults
              group: core
            endpoints:
              - <<: *defaults
                name: web
                url: tcp://a:1
                maintenance-windows: [{ start: "07:30", duration: 40m }]
                alerts: [{ type: slack, description: d }]
              - { name: web, group: edge, url: "tcp://b:1" }
              - { name: web, group: edge, url: "tcp://c:1" }
            suites: []
            """);

        imported.Checks.ShouldBe(
        [
            "{name: connectivity, kind: tcp, address: 1.1.1.1:53, interval: 30s}",
            "{name: web, kind: tcp, group: core, dependsOn: [connectivity], address: a:1, failureThreshold: 5, successThreshold: 2}",
            "{name: edge-web, kind: tcp, group: edge, dependsOn: [connectivity], address: b:1}",
            "{name: web-2, kind: tcp, group: edge, dependsOn: [connectivity], address: c:1}",
        ]);
        imported.Configured.Options!.Maintenance.Select(window => Imported.Flat(window.Settings.Written)).ShouldBe(
        [
            "{name: web-maintenance, checks: [web], cron: 30 7 * * *, duration: 40m}",
            "{name: maintenance, checks: [*], cron: 0 23 * * 1,4, duration: 1h, timeZone: Europe/Amsterdam}",
        ]);
        imported.Lines.Select(line => line.Split(": ")[1]).ShouldBe(
            ["alerting", "web", "x-defaults", "endpoints[].alerts[]", "endpoints[].alerts[].description", "suites"]);
        imported.Yaml.ShouldNotContain("s3cret");
    }
}
