using System.Globalization;
using System.Text.RegularExpressions;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>The prober <c>http</c> of blackbox_exporter as a check of kind <c>http</c>.</summary>
internal static partial class BlackboxHttp
{
    private const long LargestBody = 64 * 1024 * 1024;
    private const string Cel = "CEL is not available; write conditions such as json $.status == up";

    /// <summary>Writes the settings.</summary>
    /// <param name="http">The section <c>http</c>; null where it is not written.</param>
    /// <param name="check">Where they go.</param>
    public static void Add(ForeignMap? http, Draft check)
    {
        if (http is null)
        {
            check.AddTrue("followRedirects", default, isTrue: true);
            return;
        }

        check.Add("method", http.Scalar("method"), static method => method.ToUpperInvariant());
        AddHeaders(http, check);
        check.Add("body", http.Scalar("body"), Draft.Literally).Add("body", PrometheusClient.FromFile(http.Scalar("body_file")));
        PrometheusClient.AddCredentials(http, check);
        var follows = http.Flag("follow_redirects", !http.Flag("no_follow_redirects"));
        check.AddTrue("followRedirects", http.PlaceOf("follow_redirects"), follows);
        AddBodyLimit(http, check);
        PrometheusClient.AddTls(http, "tls_config", check);
        BlackboxConditions.Add(http, check);
        RefuseOthers(http);
    }

    private static void AddHeaders(ForeignMap http, Draft check)
    {
        if (http.Map("headers") is { } headers)
        {
            foreach (var name in headers.Keys.ToList())
            {
                Put(name, headers.Scalar(name), check);
            }
        }

        if (http.Map("http_headers") is { } others)
        {
            foreach (var name in others.Keys.ToList())
            {
                if (others.Map(name) is { } header)
                {
                    // Of several, the last one is sent, and values, secrets and files are looked at in this order.
                    Put(name, header.Last("values"), check);
                    Put(name, header.Last("secrets"), check);
                    if (PrometheusClient.FromFile(header.Last("files")) is { } file)
                    {
                        check.Put("headers", name, file);
                    }

                    header.RefuseRest();
                }
            }
        }
    }

    private static void Put(string name, YamlScalar? value, Draft check)
    {
        if (value is not null)
        {
            check.Put("headers", name, Draft.Text(value.Where, Draft.Literally(value.Value)));
        }
    }

    private static void AddBodyLimit(ForeignMap http, Draft check)
    {
        if (http.Scalar("body_size_limit") is not { } limit || limit.Value == "0")
        {
            return;
        }

        // In units of 1024, however they are called.
        var size = Size().Match(limit.Value);
        if (!size.Success)
        {
            http.Refuse("body_size_limit", "this is not a size; maxBody is 1MiB unless written");
            return;
        }

        var power = "KMGTPE".IndexOf(char.ToUpperInvariant((size.Groups["unit"].Value + "B")[0]), StringComparison.Ordinal) + 1;
        var bytes = double.Parse(size.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * Math.Pow(1024, power);
        if (bytes > LargestBody)
        {
            http.Refuse("body_size_limit", $"at most {Units.FormatSize(LargestBody)} of a body are read; that is written");
        }

        check.Add("maxBody", Draft.Text(limit.Where, Units.FormatSize(Math.Min(bytes, LargestBody))));
    }

    private static void RefuseOthers(ForeignMap http)
    {
        BlackboxModule.RefuseProtocol(http);
        http.Refuse("fail_if_body_json_matches_cel", Cel);
        http.Refuse("fail_if_body_json_not_matches_cel", Cel);
        http.Refuse("oauth2", Unavailable.OAuth);
        foreach (var key in (string[])["proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"])
        {
            http.Refuse(key, Unavailable.Proxy);
        }

        if (!http.Flag("skip_resolve_phase_with_proxy"))
        {
            http.PassOver("skip_resolve_phase_with_proxy");
        }

        http.Refuse("skip_resolve_phase_with_proxy", Unavailable.Proxy);
        http.Refuse("enable_http2", "the agent speaks HTTP/1.1 only; not taken over");
        http.Refuse("enable_http3", "the agent speaks HTTP/1.1 only; not taken over");
        http.RefuseRest();
    }

    [GeneratedRegex("^(?<number>[0-9]{1,15}([.][0-9]{1,9})?)(?<unit>[KMGTPE]?i?)B?$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Size();
}
