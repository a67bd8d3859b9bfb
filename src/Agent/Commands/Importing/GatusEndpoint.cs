using System.Text.Json;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>An endpoint of Gatus as a check.</summary>
internal static class GatusEndpoint
{
    private static readonly string[] Placeholders =
        ["[ENDPOINT_NAME]", "[ENDPOINT_GROUP]", "[ENDPOINT_URL]", "[LOCAL_ADDRESS]", "[RANDOM_STRING_", "[CONTEXT]"];

    /// <summary>Writes kind, target and all that is asked for; false where no kind there is could do it.</summary>
    public static bool Add(ForeignMap endpoint, Draft check, Fit fit)
    {
        var url = endpoint.Scalar("url");
        var (kind, needed) = endpoint.Has("dns") ? (null, Unavailable.Kind("dns")) : KindOf(url?.Value ?? "", fit);
        if (kind is null)
        {
            endpoint.Note(needed!);
            endpoint.PassOver("dns", "ssh", "conditions", "client", "method", "headers", "body", "graphql");
            return false;
        }

        check.Add("kind", kind);
        if (kind == "http")
        {
            check.Add("url", url, GatusText.ToOurs);
            AddRequest(endpoint, check);
        }
        else
        {
            check.Add("address", url, static text => GatusText.ToOurs(text.Split("://", 2)[^1].TrimEnd('/')));
            endpoint.Refuse("body", $"a check of kind {kind} only connects; not taken over");
            foreach (var key in (string[])["method", "headers", "graphql"])
            {
                endpoint.Refuse(key, $"it says nothing where the target is not HTTP; not taken over");
            }

        }

        endpoint.Refuse("ssh", "it says nothing where the target is not ssh://; not taken over");
        AddClient(endpoint.Map("client"), kind, check, url?.Value.StartsWith("grpcs://", StringComparison.OrdinalIgnoreCase) is true);
        AddConditions(endpoint, kind, check);
        return true;
    }

    private static (string? Kind, string? Needed) KindOf(string url, Fit fit) => url.Split("://", 2) switch
    {
        [var scheme, _] => scheme.ToLowerInvariant() switch
        {
            "http" or "https" => ("http", null),
            "tcp" => ("tcp", null),
            "tls" => ("tls", null),
            "grpc" or "grpcs" => fit.Kinds.Find("grpc") is null ? (null, Unavailable.Kind("grpc")) : ("grpc", null),
            "icmp" or "ssh" => (null, Unavailable.Kind(scheme.ToLowerInvariant())),
            "ws" or "wss" => (null, Unavailable.Kind("websocket")),
            "starttls" => (null, Unavailable.Kind("smtp")),
            _ => (null, Unavailable.NoKind),
        },

        // A whole URL in a variable is mostly one of these.
        _ when url.Contains('$', StringComparison.Ordinal) => ("http", null),
        _ => (null, "its 'url' has no scheme that Gatus knows; not taken over"),
    };

    private static void AddRequest(ForeignMap endpoint, Draft check)
    {
        check.Add("method", endpoint.Scalar("method"), static method => GatusText.ToOurs(method.ToUpperInvariant()));
        if (endpoint.Map("headers") is { } headers)
        {
            foreach (var name in headers.Keys.ToList())
            {
                if (headers.Scalar(name) is { } value)
                {
                    check.Put("headers", name, Draft.Text(value.Where, GatusText.ToOurs(value.Value)));
                }
            }
        }

        if (endpoint.Scalar("body") is not { } body)
        {
            endpoint.PassOver("graphql");
            return;
        }

        if (Placeholders.FirstOrDefault(word => body.Value.Contains(word, StringComparison.Ordinal)) is { } placeholder)
        {
            endpoint.Refuse("body", $"it is sent as it stands: '{placeholder.TrimEnd('_')}' is not replaced");
        }

        var isGraphQl = endpoint.Flag("graphql");
        check.Add("body", body, text => GatusText.ToOurs(isGraphQl ? GraphQl(text) : text));
        if (isGraphQl && !endpoint.Has("headers"))
        {
            check.Put("headers", "Content-Type", Draft.Text(endpoint.PlaceOf("graphql"), "application/json"));
        }
    }

    private static string GraphQl(string query) => $$"""{"query":"{{JsonEncodedText.Encode(query)}}"}""";

    private static void AddClient(ForeignMap? client, string kind, Draft check, bool isSecureGrpc)
    {
        if (isSecureGrpc)
        {
            check.Put("tls", "enabled", new YamlScalar(client?.Where ?? default, "true", IsPlain: true));
        }

        if (kind == "http")
        {
            check.AddTrue("followRedirects", client?.PlaceOf("ignore-redirect") ?? default, client?.Flag("ignore-redirect") is not true);
        }

        if (client is null)
        {
            return;
        }

        if (client.Scalar("timeout") is { } timeout)
        {
            check.Add("timeout", timeout, static text => ForeignDuration.Parse(text) is { } length && length >= TimeSpan.FromMilliseconds(1)
                ? Units.FormatExactly(length) : GatusText.ToOurs(text));
        }

        var tls = new Draft(client.PlaceOf("tls"))
            .AddTrue("insecureSkipVerify", client.PlaceOf("insecure"), client.Flag("insecure"));
        if (client.Map("tls") is { } files)
        {
            tls.Add("certificate", files.Scalar("certificate-file"), GatusText.ToOurs)
                .Add("key", files.Scalar("private-key-file"), GatusText.ToOurs);
            files.Refuse("renegotiation", "TLS is not renegotiated; not taken over");
            files.RefuseRest();
        }

        foreach (var (name, entry) in tls.Map.Entries.Where(_ => kind is "http" or "tls" || isSecureGrpc))
        {
            check.Put("tls", name, entry.Value);
        }

        client.Refuse("dns-resolver", "names are resolved as the system does it; not taken over");
        client.Refuse("oauth2", Unavailable.OAuth);
        client.Refuse("identity-aware-proxy", Unavailable.OAuth);
        client.Refuse("proxy-url", Unavailable.Proxy);
        client.Refuse("tunnel", Unavailable.Proxy);
        client.Refuse("store-cookies", "each run begins without cookies; a scenario carries them from step to step (docs/scenarios.md)");
        client.Refuse("network", "it is about icmp; not taken over");
        client.PassOver("ignore-redirect");
        client.RefuseRest();
    }

    private static void AddConditions(ForeignMap endpoint, string kind, Draft check)
    {
        var (isAboutStatus, isMissed) = (false, false);
        foreach (var condition in endpoint.Scalars("conditions"))
        {
            var (text, problem) = GatusConditions.Translate(condition.Value, kind);
            isAboutStatus |= condition.Value.Contains(kind == "http" ? "[STATUS]" : "[BODY]", StringComparison.OrdinalIgnoreCase);
            isMissed |= problem is not null;
            if (text is not null)
            {
                check.Append("expect", condition.Where, GatusText.ToOurs(text));
            }
            else if (problem is not null)
            {
                endpoint.Note(condition.Where, "conditions", $"{condition.Value}: {problem}");
            }
        }

        // Unless something is said of the status, Gatus takes any; checks of these kinds expect 2xx, and serving.
        if (kind is "http" or "grpc" && !isAboutStatus && !isMissed)
        {
            check.Append("expect", endpoint.PlaceOf("conditions"), "status exists");
        }
    }
}
