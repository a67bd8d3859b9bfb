using System.Text.Json.Nodes;

namespace HealthAgent.Unit.Commands.Importing;

public sealed class UptimeKumaImportTests
{
    // What every monitor has, whatever its type.
    private const string Monitor = """
        {
          "id": 1, "name": "Shop front", "description": null, "parent": null, "childrenIDs": [], "url": "https://shop.example/",
          "method": "GET", "hostname": null, "port": null, "maxretries": 0, "weight": 2000, "active": true, "type": "http", "timeout": 48,
          "interval": 60,
          "retryInterval": 60, "resendInterval": 0, "keyword": null, "invertKeyword": false, "expiryNotification": false,
          "ignoreTls": false, "upsideDown": false, "packetSize": 56, "maxredirects": 10, "accepted_statuscodes": ["200-299"],
          "dns_resolve_type": "A",
          "dns_resolve_server": "1.1.1.1", "proxyId": null, "notificationIDList": {}, "tags": [], "mqttTopic": "", "authMethod": null,
          "httpBodyEncoding": "json", "headers": null, "body": null, "basic_auth_user": null, "basic_auth_pass": null, "pushToken": null,
          "databaseConnectionString": null, "kafkaProducerBrokers": [], "includeSensitiveData": true
        }
        """;

    private const string Timing = "interval: 1m, timeout: 48s, retryInterval: 1m, failureThreshold: 1";

    [Theory]
    [InlineData("{}", "url: https://shop.example/, followRedirects: true, " + Timing)]
    [InlineData("""{ "accepted_statuscodes": ["200-299", "404"] }""",
        "url: https://shop.example/, followRedirects: true, " + Timing + ", expect: [status in [200..299, 404]]")]
    [InlineData("""{ "accepted_statuscodes": ["204"], "maxredirects": 0, "method": "HEAD" }""",
        "url: https://shop.example/, method: HEAD, " + Timing + ", expect: [status == 204]")]
    [InlineData("""{ "type": "keyword", "keyword": "ok: fine", "ignoreTls": true }""",
        "url: https://shop.example/, followRedirects: true, tls: {insecureSkipVerify: true}, " + Timing + ", expect: [body contains "
            + "ok: fine]")]
    [InlineData("""{ "type": "keyword", "keyword": " no ", "invertKeyword": 1, "maxredirects": 0 }""",
        "url: https://shop.example/, " + Timing + ", expect: [body not contains \" no \"]")]
    [InlineData("""{ "type": "json-query", "jsonPath": "data.items[0].`a b`", "expectedValue": "up", "maxredirects": 0 }""",
        "url: https://shop.example/, " + Timing + ", expect: [json $.data.items[0]['a b'] == up]")]
    [InlineData("""{ "type": "json-query", "jsonPath": "$.n", "jsonPathOperator": ">=", "expectedValue": 3, "maxredirects": 0 }""",
        "url: https://shop.example/, " + Timing + ", expect: [json $.n >= 3]")]
    [InlineData("""{ "maxredirects": 0, "method": "POST", "body": "<a/>", "httpBodyEncoding": "xml", "headers": "{\"X\": \"${a}\"}" }""",
        "url: https://shop.example/, method: POST, body: <a/>, headers: {Content-Type: text/xml; charset=utf-8, X: $${a}}, " + Timing)]
    [InlineData("""{ "maxredirects": 0, "authMethod": "basic", "basic_auth_user": "u", "basic_auth_pass": "hunter2" }""",
        "url: https://shop.example/, username: u, password: hunter2, " + Timing)]
    [InlineData("""{ "maxredirects": 0, "expiryNotification": true, "maxretries": 2, "retryInterval": 20, "timeout": 0 }""",
        "url: https://shop.example/, interval: 1m, timeout: 48s, retryInterval: 20s, failureThreshold: 3, "
        + "warn: [certificate.expiresIn < 21d]")]
    public void Monitor_OfHttp_BecomesACheck(string differing, string expected) =>
        Imported.UptimeKuma(Export(differing)).Check().ShouldBe($"{{name: shop-front, kind: http, {expected}}}");

    [Theory]
    [InlineData("""{ "type": "port", "hostname": "db", "port": 5432 }""", "kind: tcp, address: db:5432")]
    [InlineData("""{ "type": "port", "hostname": "fd00::7", "port": 5432 }""", "kind: tcp, address: [fd00::7]:5432")]
    [InlineData("""{ "type": "postgres", "databaseConnectionString": "postgres://u:p@h/d", "databaseQuery": "select 2" }""",
        "kind: postgres, connectionString: postgres://u:p@h/d, query: select 2")]
    [InlineData("""{ "type": "redis", "databaseConnectionString": "rediss://h:6380", "ignoreTls": true }""",
        "kind: redis, connectionString: rediss://h:6380, tls: {insecureSkipVerify: true}")]
    public void Monitor_OfAnotherKind_BecomesACheck(string differing, string expected) =>
        Imported.UptimeKuma(Export(differing)).Check()
            .ShouldBe($"{{name: shop-front, {expected}, interval: 1m, retryInterval: 1m, failureThreshold: 1}}");

    [Fact]
    public void Monitor_OfRabbitMq_AsksTheSameOverHttp() =>
        Imported.UptimeKuma(Export("""
            { "type": "rabbitmq", "rabbitmqNodes": "[\"http://r1:15672/\",\"http://r2\"]", "rabbitmqUsername": "g",
              "rabbitmqPassword": "h" }
            """)).Check().ShouldBe(
            "{name: shop-front, kind: http, url: http://r1:15672/api/health/checks/alarms/, username: g, password: h, "
            + Timing + ", expect: [status == 200]}");

    [Fact]
    public void Monitor_OfPush_BecomesAHeartbeat() =>
        Imported.UptimeKuma(Export("""{ "type": "push", "pushToken": "t0ken", "maxretries": 1 }""")).Check()
            .ShouldBe("{name: shop-front, kind: heartbeat, token: t0ken, interval: 1m, failureThreshold: 2}");

    [Fact]
    public void Monitors_InGroupsWithTags_KeepThem()
    {
        var imported = Imported.UptimeKuma(Export(
            """{ "id": 7, "name": "Größe", "type": "group" }""",
            """{ "parent": 7, "active": false, "tags": [{ "name": "env", "value": "a" }, """
            + """{ "name": "env", "value": "b" }, { "name": "9 x" }] }""",
            """{ "parent": 7 }"""));

        imported.Checks.Select(check => check.Split(", url")[0]).ShouldBe(
        [
            "{name: shop-front, kind: http, enabled: false, group: grosse, labels: {env: a, b, label_9_x: true}",
            "{name: grosse-shop-front, kind: http, group: grosse",
        ]);
    }

    [Theory]
    [InlineData("""{ "type": "ping" }""",
        "monitorList[Shop front]: needs the kind icmp, which is not available in this version; not taken over")]
    [InlineData("""{ "type": "docker" }""",
        "monitorList[Shop front]: needs the kind docker, which is not available in this version; not taken over")]
    [InlineData("""{ "type": "steam" }""",
        "monitorList[Shop front]: there is no kind for it; not taken over: let a script that knows it answer "
        + "over HTTP, and check that")]
    [InlineData("""{ "upsideDown": true }""", "monitorList[Shop front]: upsideDown: a check cannot expect to fail; not taken over")]
    public void Monitor_OfNoKindThereIs_IsReportedAndLeftOut(string differing, string line)
    {
        var imported = Imported.UptimeKuma(Export(differing));

        imported.Checks.ShouldBeEmpty();
        imported.Lines.ShouldContain(found => found == $"kuma.json:4: {line}");
        imported.Yaml.ShouldContain($"  # kuma.json:4: {line}\n");
    }

    [Theory]
    [InlineData("""{ "novelty": 1 }""", "monitorList[Shop front].novelty: this import does not know it; not taken over")]
    [InlineData("""{ "proxyId": 3 }""",
        "monitorList[Shop front].proxyId: not available in this version: the agent connects directly; not taken over")]
    [InlineData("""{ "authMethod": "ntlm" }""", "monitorList[Shop front].authMethod: NTLM is not spoken; not taken over")]
    [InlineData("""{ "headers": "no" }""", "monitorList[Shop front].headers: it is not a JSON object; not taken over")]
    [InlineData("""{ "type": "json-query", "jsonPath": "$sum(a)", "expectedValue": "3" }""",
        "monitorList[Shop front].jsonPath: only a path to "
        + "one value is known, not all of JSONata; write a condition such as json $.status == up")]
    [InlineData("""{ "notificationIDList": { "1": true } }""",
        "monitorList[].notificationIDList: the agent notifies nobody itself; Prometheus "
        + "and Alertmanager do, with the rules of deploy/prometheus (docs/operating.md)")]
    [InlineData("""{ "dns_resolve_server": "9.9.9.9" }""",
        "monitorList: of 1 monitors, what Uptime Kuma does not read for their type was passed "
        + "over: dns_resolve_server (1), dns_resolve_type (1), httpBodyEncoding (1), packetSize (1)")]
    public void Key_ThatCannotBeTakenOver_IsReported(string differing, string line) =>
        Imported.UptimeKuma(Export(differing)).Lines.ShouldContain(found => found.EndsWith($": {line}", StringComparison.Ordinal));

    [Fact]
    public void Export_WithMonitorsByTheirNumbers_IsReadToo() =>
        Imported.UptimeKuma($$"""{ "monitorList": { "1": {{Monitor}} } }""").Checks.Count.ShouldBe(1);

    private static string Export(params string[] differing)
    {
        var monitors = new JsonArray([.. differing.Select(json =>
        {
            var monitor = JsonNode.Parse(Monitor)!.AsObject();
            foreach (var (key, value) in JsonNode.Parse(json)!.AsObject())
            {
                monitor[key] = value?.DeepClone();
            }

            return (JsonNode)monitor;
        })]);
        return new JsonObject { ["version"] = "1.23.16", ["monitorList"] = monitors }
            .ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
    }
}
