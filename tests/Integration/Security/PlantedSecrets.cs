namespace HealthAgent.Integration.Security;

/// <summary>A configuration with a secret in every place where one can be written; each begins with <c>plant-</c>.</summary>
internal static class PlantedSecrets
{
    public const string Viewer = "plant-viewer-3f7a9c51", Operator = "plant-operator-88d1e0b2";

    public static readonly string[] CheckNames =
        ["echo", "basic", "redirect", "userinfo", "db", "db-error", "db-wrong", "redis", "rabbitmq", "dagu", "beat", "flow"];

    public static readonly string[] Sent =
    [
        "plant-query", "plant-header", "plant-cookie", "plant-body", "plant-bearer", "plant-basic", "plant-hop", "plant-userinfo",
        "plant-dagu", "plant-captured", "plant-flow", "plant-module",
    ];

    public static string Yaml(string url, string folder, int port, int closed) => $$"""
        agent:
          history: { path: "{{folder}}/state" }
        access:
          tokens:
            - { name: viewer, role: viewer, token: "${env:PLANT_TOKEN}" }
            - { name: operator, role: operator, token: {{Operator}} }
        probe:
          modules:
            echo: { kind: http, token: plant-module, headers: { X-Api-Key: plant-module }, expect: [body contains nothing] }
          targets: ["{{url}}"]
          allowAddresses: [127.0.0.1]
        defaults: { interval: 1s, timeout: 900ms, failureThreshold: 1 }
        checks:
          - name: echo
            kind: http
            url: "{{url}}/echo?api_key=${env:QUERY_KEY}"
            method: POST
            headers: { X-Api-Key: plant-header, Cookie: "session=plant-cookie" }
            token: plant-bearer
            body: '{"password":"${file:{{folder}}/body}"}'
            expect: [status == 200, json $.said == other, body contains nothing]
          - { name: basic, kind: http, url: "{{url}}/echo", username: probe, password: plant-basic, expect: [body contains nothing] }
          - { name: redirect, kind: http, url: "{{url}}/redirect", token: plant-hop, followRedirects: true, expect: [status == 299] }
          - { name: userinfo, kind: http, url: "{{url.Replace("://", "://probe:plant-userinfo@", StringComparison.Ordinal)}}/echo" }
          - name: db
            kind: postgres
            connectionString: "{{Db(port, "plant-database")}}"
            query: "select '${env:DB_SECRET}'"
            expect: [value == 5]
          - { name: db-error, kind: postgres, connectionString: "{{Db(port, "plant-database")}}", query: "select '${env:DB_SECRET}'::int" }
          - { name: db-wrong, kind: postgres, connectionString: "{{Db(port, "plant-wrong")}}" }
          - { name: redis, kind: redis, connectionString: "127.0.0.1:{{closed}},password=plant-redis" }
          - { name: rabbitmq, kind: rabbitmq, connectionString: "amqp://probe:plant-rabbit@127.0.0.1:{{closed}}/" }
          - { name: dagu, kind: dagu, url: "{{url}}", token: plant-dagu }
          - { name: beat, kind: heartbeat, interval: 1h, timeout: 5s, token: plant-heartbeat-0123456789 }
          - name: flow
            kind: scenario
            steps:
              - { name: login, kind: http, url: "{{url}}/login", password: plant-flow, username: u, capture: { token: json $.token } }
              - { name: use, kind: http, url: "{{url}}/echo/${steps.login.token}", expect: [body contains nothing] }
        """;

    public static string Db(int port, string password) => $"postgres://agent:{password}@127.0.0.1:{port}/agent";
}
