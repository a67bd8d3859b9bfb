using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>The types http, keyword and json-query of Uptime Kuma, and rabbitmq, which asks over HTTP too.</summary>
internal static partial class UptimeKumaHttp
{
    private const string NoCertificateBefore = "certificate.expiresIn < 21d";

    /// <summary>Writes what is asked for and expected.</summary>
    public static void Add(ForeignMap monitor, string type, Draft check)
    {
        var url = monitor.Scalar("url");
        check.Add("url", url, Draft.Literally);
        check.Add("method", monitor.Scalar("method"), static method => method.ToUpperInvariant());
        AddBody(monitor, check);
        AddHeaders(monitor, check);
        AddCredentials(monitor, check);
        AddRedirects(monitor, check);
        if (monitor.Flag("ignoreTls"))
        {
            check.Put("tls", "insecureSkipVerify", new YamlScalar(monitor.PlaceOf("ignoreTls"), "true", IsPlain: true));
        }

        AddStatus(monitor, check);
        if (type == "keyword" && monitor.Scalar("keyword") is { } keyword)
        {
            check.Append("expect", keyword.Where, Draft.Literally(
                $"body {(monitor.Flag("invertKeyword") ? "not contains" : "contains")} {ConditionText.Literal(keyword.Value)}"));
        }

        if (type == "json-query")
        {
            AddQuery(monitor, check);
        }

        if (monitor.Flag("expiryNotification") && url?.Value.StartsWith("https:", StringComparison.OrdinalIgnoreCase) is true)
        {
            // It notifies 21, 14 and 7 days before.
            check.Append("warn", monitor.PlaceOf("expiryNotification"), NoCertificateBefore);
        }

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
                foreach (var (key, name) in (ReadOnlySpan<(string, string)>)[("tlsCa", "ca"), ("tlsCert", "certificate"), ("tlsKey", "key")])
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

    private static void AddStatus(ForeignMap monitor, Draft check)
    {
        var codes = monitor.Scalars("accepted_statuscodes");
        var ranges = codes.Select(code => code.Value.Split('-')).ToList();
        if (codes.Count == 0 || (codes is [{ Value: "200-299" }] && !check.Has("expect")))
        {
            return;
        }

        check.Append("expect", codes[0].Where, codes.Count == 1 && ranges[0].Length == 1
            ? $"status == {codes[0].Value}"
            : $"status in [{string.Join(", ", ranges.Select(range => string.Join("..", range.Select(end => end.Trim()))))}]");
    }

    private static void AddQuery(ForeignMap monitor, Draft check)
    {
        var (path, expected) = (monitor.Scalar("jsonPath"), monitor.Scalar("expectedValue"));
        var op = monitor.Text("jsonPathOperator") is { Length: > 0 } written ? written : "==";
        var value = PathOf(path?.Value ?? "$");
        var isOrdering = op is "<" or "<=" or ">" or ">=";
        if (value is null || expected is null || !(isOrdering || op is "==" or "!=" or "contains")
            || (isOrdering && !double.TryParse(expected.Value, CultureInfo.InvariantCulture, out _)))
        {
            monitor.Note(path?.Where ?? monitor.Where, "jsonPath",
                "only a path to one value is known, not all of JSONata; write a condition such as json $.status == up");
            return;
        }

        check.Append("expect", path?.Where ?? expected.Where, Draft.Literally(
            $"json {value} {op} {(isOrdering ? expected.Value : ConditionText.Literal(expected.Value))}"));
    }

    /// <summary>A path as ours; null where it is more than that.</summary>
    private static string? PathOf(string jsonata)
    {
        var rest = jsonata.Trim();
        rest = rest.StartsWith('$') ? rest[1..] : rest;
        rest = rest.Length > 0 && rest[0] is not ('.' or '[') ? "." + rest : rest;
        var parts = Part().Matches(rest);
        return string.Concat(parts.Select(part => part.Value)) != rest ? null
            : "$" + string.Concat(parts.Select(part => part.Groups["index"] is { Success: true, Value: var index } ? $"[{index}]"
                : GatusConditions.NameInPath(part.Groups["name"].Value)));
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

    [GeneratedRegex(@"\.(?<name>[A-Za-z_][A-Za-z0-9_]*)|\.`(?<name>[^`]+)`|\[(?<index>-?[0-9]{1,9})\]", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
