namespace HealthAgent.Unit.Commands.Importing;

/// <summary>Configurations of other programs with a mapping of each sort, for imports.</summary>
internal static class ForeignConfigurations
{
    public const string Blackbox = """
        modules:
          web:
            prober: http
            timeout: 5s
            http:
              method: POST
              headers:
                X-A: a
              http_headers:
                X-B:
                  values: [b]
              basic_auth:
                username: u
              tls_config:
                insecure_skip_verify: true
              fail_if_header_matches:
                - header: X-C
                  regexp: c
          port:
            prober: tcp
            tcp:
              preferred_ip_protocol: ip4
          banner:
            prober: tcp
            tcp:
              query_response:
                - expect: "^SSH"
        """;

    public const string Gatus = """
        alerting:
          slack:
            webhook-url: w
            default-alert:
              failure-threshold: 3
        maintenance:
          start: 23:00
          duration: 1h
        connectivity:
          checker:
            target: a:1
        endpoints:
          - name: web
            url: https://a/
            headers:
              X-A: a
            client:
              timeout: 3s
              tls:
                renegotiation: once
            extra-labels:
              env: prod
            conditions:
              - "[STATUS] == 200"
            alerts:
              - type: slack
            maintenance-windows:
              - start: "07:30"
                duration: 40m
          - name: ping
            url: icmp://a
            client:
              timeout: 3s
        external-endpoints:
          - name: push
            token: t
            heartbeat:
              interval: 1m
        """;

    public const string UptimeKuma = """
        {
          "monitorList": [
            {
              "name": "web",
              "type": "http",
              "url": "https://a/",
              "tags": [
                {
                  "name": "env"
                }
              ]
            },
            {
              "name": "group",
              "type": "group"
            },
            {
              "name": "ping",
              "type": "ping"
            }
          ],
          "notificationList": [
            {
              "name": "slack"
            }
          ]
        }
        """;
}
