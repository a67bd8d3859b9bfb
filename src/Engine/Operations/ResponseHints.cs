using System.Globalization;
using HealthAgent.Explanation;

namespace HealthAgent.Operations;

/// <summary>What an HTTP response says for itself.</summary>
internal static class ResponseHints
{
    private static readonly string[] OfTls = ["HTTPS", "SSL", "TLS"];
    private static readonly string[] OfLogin = ["login", "signin", "auth"];

    /// <summary>The hints; none where the response is as expected, or there is none.</summary>
    public static IEnumerable<string> For(FailedRun run)
    {
        if (run.Request is not { Status: { } status } last)
        {
            return [];
        }

        // A status that is expected is not why it failed.
        var hint = status switch
        {
            >= 200 and < 300 => OfPage(run, last),
            _ when run.Type == ErrorType.Expectation => null,
            >= 300 and < 400 => OfRedirect(run, last),
            >= 400 and < 500 => OfRefusal(run, last, status),
            >= 500 => OfFailure(status),
            _ => null,
        };
        return [.. OfPause(last, status), .. hint is null ? [] : (string[])[hint]];
    }

    private static string? OfPage(FailedRun run, HttpExchange last)
    {
        var isPage = Header(last, "Content-Type")?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true;
        var isUnexpected = run.Type == ErrorType.Protocol
            || run.Conditions.Any(static it => it.Applies && !it.Text.StartsWith("latency", StringComparison.Ordinal));
        return !isPage || !isUnexpected ? null
            : run.Did.Requests.Count > 1 && IsLogin(last.Url)
                ? $"the redirects end at a login page, {last.Url}: the request needs credentials"
                : "a web page came, not data: a login page, a proxy's own page, or a wrong path";
    }

    private static string? OfRedirect(FailedRun run, HttpExchange last)
    {
        if (Header(last, "Location") is not { } location)
        {
            return null;
        }

        if (run.Says("from https to http"))
        {
            return $"ask {location} itself if it needs no TLS; else let the target know that it is asked by https "
                + "(X-Forwarded-Proto, where a proxy ends TLS), so that its redirects say so";
        }

        if (run.Says("redirects ("))
        {
            return run.Did.Requests.Select(static it => it.Url).Distinct(StringComparer.Ordinal).Count() < run.Did.Requests.Count
                ? "the redirects lead in a circle: the target misses a cookie or a header, or does not know that it is asked by https "
                    + "(X-Forwarded-Proto, where a proxy ends TLS)"
                : $"ask the URL that they lead to: the last one is {location}";
        }

        return run.Type != ErrorType.UnexpectedStatus || !run.Says("status")
            ? null
            : $"it redirects to {location}, which is not followed unless followRedirects is true"
                + (IsLogin(location) ? "; a login page means that the request needs credentials" : "");
    }

    private static string OfRefusal(FailedRun run, HttpExchange last, int status)
    {
        var hasCredentials = last.RequestHeaders.Any(static header => Is(header, "Authorization"));
        return status switch
        {
            400 when last.Url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && IsAboutTls(last.Body?.Text) =>
                "the port wants TLS: write https:// for http://",
            400 when last.Body?.Text?.Contains("HTTP/2", StringComparison.Ordinal) is true =>
                "the port takes HTTP/2 alone, and kind http asks by HTTP/1.1: check a gRPC server with kind grpc",
            401 when hasCredentials =>
                $"the target rejects the credentials{Challenge(last)}: a wrong user, password or token, or one that was rotated",
            401 => $"the target wants credentials{Challenge(last)}: set {Credentials(Header(last, "WWW-Authenticate") ?? "")}",
            403 when hasCredentials => "the target knows who asks, and does not allow it: grant the right, or ask as somebody else",
            403 => "the target refuses a request without credentials: set token, or username and password; or a firewall or proxy before "
                + "it lets only some addresses or clients through",
            404 => "nothing is served at this path: a wrong path, or another virtual host than expected",
            405 => $"the path does not take {last.Method}{(Header(last, "Allow") is { } methods ? $", but {methods}" : "")}: set method",
            406 => "the target has no such form of it: see the header Accept, in headers",
            407 => "a proxy between here and the target wants credentials; the agent sends none to proxies: ask the target without it",
            410 => "what was served at this path was removed: another version of the target has another path",
            415 => "the target does not take a body of this type: set the header Content-Type, in headers",
            421 => "this server does not serve the host of the URL: a wrong address behind the name, or set tls.serverName",
            429 => "the target limits how often it is asked: lengthen interval, or see who else asks with these credentials",
            _ => $"the target refuses the request{(run.Did.Requests.Count > 1 ? $" to {last.Url}" : "")}: see the body for what it misses",
        };
    }

    private static string OfFailure(int status) => status switch
    {
        502 => "a proxy before the target got no valid answer from it: does it run, and on the port that the proxy asks?",
        503 => "the target, or the proxy before it, takes no requests now: it starts or stops, is overloaded, or has no healthy backend",
        504 => "a proxy before the target waited for it in vain: it hangs or is overloaded; ask it without the proxy",
        _ => "the target fails by itself, or the proxy before it does not reach it: see the body, and the target's log",
    };

    private static IEnumerable<string> OfPause(HttpExchange last, int status)
    {
        if (status >= 400 && Header(last, "Retry-After") is { } pause)
        {
            yield return "the target asks to come back " + (int.TryParse(pause, CultureInfo.InvariantCulture, out var seconds)
                ? string.Create(CultureInfo.InvariantCulture, $"in {seconds}s")
                : $"at {pause}") + " (Retry-After)";
        }
    }

    private static string Challenge(HttpExchange last) => Header(last, "WWW-Authenticate") is { } challenge ? $" ({challenge})" : "";

    private static string Credentials(string challenge) => challenge.Split(' ')[0].ToUpperInvariant() switch
    {
        "BEARER" => "token",
        "BASIC" => "username and password",
        _ => "username and password, or token",
    };

    private static bool IsAboutTls(string? body) =>
        body is not null && OfTls.Any(word => body.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsLogin(string location) =>
        OfLogin.Any(word => location.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? Header(HttpExchange exchange, string name) =>
        exchange.Headers.Where(header => Is(header, name)).Select(static header => header.Value).FirstOrDefault();

    private static bool Is(KeyValuePair<string, string> header, string name) => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
