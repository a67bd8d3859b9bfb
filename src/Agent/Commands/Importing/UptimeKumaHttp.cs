using System.Globalization;
using System.Text.Json;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>The types http, keyword and json-query of Uptime Kuma, and rabbitmq, which asks over HTTP too.</summary>
internal static class UptimeKumaHttp
{
    private static readonly (string Key, string Name)[] Files = [("tlsCa", "ca"), ("tlsCert", "certificate"), ("tlsKey", "key")];

    /// <summary>Writes what is asked for and expected.</summary>
    public static void Add(ForeignMap monitor, string type, Draft check)
    {
        check.Add("url", monitor.Scalar("url"), Draft.Literally);
        if (monitor.Scalar("method") is { Value: not "GET" } method)
        {
            check.Add("method", method, static name => name.ToUpperInvariant());
        }

        AddBody(monitor, check);
        AddHeaders(monitor, check);
        AddCredentials(monitor, check);
        AddRedirects(monitor, check);
        if (monitor.Flag("ignoreTls"))
        {
            check.Put("tls", "insecureSkipVerify", new YamlScalar(monitor.PlaceOf("ignoreTls"), "true", IsPlain: true));
        }

        UptimeKumaConditions.Add(monitor, type, check);
        RefuseOthers(monitor);
    }

    /// <summary>The type rabbitmq, which asks the management's health check of alarms.</summary>
    public static void AddRabbitMq(ForeignMap monitor, Draft check)
    {
        var nodes = monitor.Scalars("rabbitmqNodes");
        if (nodes is [{ Value: ['[', ..] } written] && Json(written.Value) is { ValueKind: JsonValueKind.Array } list)
        {
            nodes = [.. list.EnumerateArray().Select(node => written with { Value = node.ToString() })];
        }

        if (nodes is [var first, ..])
        {
            check.Add("url", first, static node => Draft.Literally($"{node.TrimEnd('/')}/api/health/checks/alarms/"));
        }

        if (nodes.Count > 1)
        {
            monitor.Note(nodes[1].Where, "rabbitmqNodes", "the first node only; write a check for each of the others");
        }

        check.Add("username", monitor.Scalar("rabbitmqUsername"), Draft.Literally)
            .Add("password", monitor.Scalar("rabbitmqPassword"), Draft.Literally)
            .Append("expect", monitor.PlaceOf("rabbitmqNodes"), "status == 200");
    }

    private static void AddBody(ForeignMap monitor, Draft check)
    {
        if (monitor.Scalar("body") is not { } body || body.Value.Trim().Length == 0)
        {
            return;
        }

        check.Add("body", body, Draft.Literally);
        check.Put("headers", "Content-Type", Draft.Text(monitor.PlaceOf("httpBodyEncoding"), monitor.Text("httpBodyEncoding") switch
        {
            "form" => "application/x-www-form-urlencoded",
            "xml" => "text/xml; charset=utf-8",
            _ => "application/json",
        }));
    }

    private static void AddHeaders(ForeignMap monitor, Draft check)
    {
        if (monitor.Scalar("headers") is not { } headers || headers.Value.Trim().Length == 0)
        {
            return;
        }

        if (Json(headers.Value) is not { ValueKind: JsonValueKind.Object } json)
        {
            monitor.Refuse("headers", "it is not a JSON object; not taken over");
            return;
        }

        foreach (var header in json.EnumerateObject())
        {
            check.Put("headers", header.Name, Draft.Text(headers.Where, Draft.Literally(header.Value.ToString())));
        }
    }

    private static void AddCredentials(ForeignMap monitor, Draft check)
    {
        switch (monitor.Text("authMethod"))
        {
            case "basic":
                check.Add("username", monitor.Scalar("basic_auth_user"), Draft.Literally);
                check.Add("password", monitor.Scalar("basic_auth_pass"), Draft.Literally);
                break;
            case "bearer":
                check.Add("token", monitor.Scalar("bearer_token"), Draft.Literally);
                break;
            case "mtls":
                foreach (var (key, name) in Files)
                {
                    if (monitor.Scalar(key) is { Value.Length: > 0 } pem)
                    {
                        check.Put("tls", name, Draft.Text(pem.Where, Draft.Literally(pem.Value)));
                    }
                }

                break;
            case "oauth2-cc":
                monitor.Refuse("authMethod", Unavailable.OAuth);
                break;
            case "ntlm":
                monitor.Refuse("authMethod", "NTLM is not spoken; not taken over");
                break;
        }
    }

    private static void AddRedirects(ForeignMap monitor, Draft check)
    {
        var most = int.TryParse(monitor.Text("maxredirects"), CultureInfo.InvariantCulture, out var written) ? written : 10;
        check.AddTrue("followRedirects", monitor.PlaceOf("maxredirects"), most > 0);

        // Ten is what its form has.
        if (most is > 0 and not 5 and not 10)
        {
            monitor.Refuse("maxredirects", "five redirects are followed at most; the number is not taken over");
        }
    }

    private static void RefuseOthers(ForeignMap monitor)
    {
        if (monitor.Flag("cacheBust"))
        {
            monitor.Refuse("cacheBust", "nothing is added to the URL; send Cache-Control: no-cache in headers");
        }

        if (monitor.Text("ipFamily") is "ipv4" or "ipv6")
        {
            monitor.Refuse("ipFamily", "the agent tries all addresses of a name (docs/checks.md); not taken over");
        }

        if (monitor.Has("proxyId"))
        {
            monitor.Refuse("proxyId", Unavailable.Proxy);
        }

        if (monitor.Flag("retryOnlyOnStatusCodeFailure"))
        {
            monitor.Refuse("retryOnlyOnStatusCodeFailure", "each fail counts for failureThreshold; not taken over");
        }
    }

    private static JsonElement? Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
