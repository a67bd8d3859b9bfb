using System.Globalization;
using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>What probably helps, from what a run saw. The texts of the target in them are those that may be shown.</summary>
internal static class Hints
{
    /// <summary>The hints for a run; none for a pass.</summary>
    /// <param name="record">The run.</param>
    /// <param name="explained">What it did; null where nobody asked.</param>
    public static IReadOnlyList<string> For(RunRecord record, ExplainedRun? explained)
    {
        if (record.Result == Result.Pass)
        {
            return [];
        }

        List<string> hints = [];
        var failures = record.Verdict.Steps.Where(static step => step.Outcome == StepOutcome.Fail).ToList();
        var failed = failures.Find(step => step.ErrorType == record.ErrorType) ?? failures.FirstOrDefault();
        var explanation = explained?.Steps.FirstOrDefault(step => step.Key == failed?.Name).Value ?? explained;
        if (explanation is not null)
        {
            hints.AddRange(OfResponse(explanation));
            hints.AddRange(OfCertificate(explanation));
        }

        if (hints.Count == 0 && ErrorHints.For(record, failed, explanation) is { } general)
        {
            hints.Add(general);
        }

        return hints;
    }

    /// <summary>What a response says for itself.</summary>
    private static IEnumerable<string> OfResponse(ExplainedRun explanation)
    {
        if (explanation.Requests is not [.., { Status: { } status } last])
        {
            yield break;
        }

        if (Header(last, "Retry-After") is { } pause)
        {
            yield return $"the target asks to come back {(int.TryParse(pause, CultureInfo.InvariantCulture, out var seconds)
                ? string.Create(CultureInfo.InvariantCulture, $"in {seconds}s")
                : $"at {pause}")} (Retry-After): it is overloaded, or in maintenance";
        }

        switch (status)
        {
            case >= 300 and < 400 when Header(last, "Location") is { } location:
                yield return $"it redirects to {location}, which is not followed unless followRedirects is true"
                    + (IsLogin(location) ? "; a login page means that the request needs credentials" : "");
                break;
            case 401:
                yield return last.RequestHeaders.Any(static header => Is(header, "Authorization"))
                    ? "the target rejects the credentials: a wrong user, password or token, or one that was rotated"
                    : $"the target wants credentials{(Header(last, "WWW-Authenticate") is { } scheme ? $" ({scheme})" : "")}: "
                        + "set username and password, or token";
                break;
            case 403:
                yield return "the target knows who asks, and does not allow it: grant the right, or ask as somebody else";
                break;
            case 404:
                yield return "nothing is served at this path: a wrong path, or another virtual host than expected";
                break;
            case >= 500 when Header(last, "Retry-After") is null:
                yield return "the target fails by itself, or the proxy before it does not reach it: see the body, and the target's log";
                break;
        }

        if (status is >= 200 and < 300 && Header(last, "Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) is true)
        {
            yield return explanation.Requests.Count > 1 && IsLogin(last.Url)
                ? $"the redirects end at a login page, {last.Url}: the request needs credentials"
                : "a web page came, not data: a login page, a proxy's own page, or a wrong path";
        }
    }

    private static IEnumerable<string> OfCertificate(ExplainedRun explanation)
    {
        if (explanation.Handshakes.LastOrDefault(static it => it.Problems.Count > 0) is not { Chain: [var peer, ..] chain } handshake)
        {
            yield break;
        }

        var problems = string.Join("; ", handshake.Problems);
        if (problems.Contains("expired", StringComparison.Ordinal))
        {
            yield return "renew the certificate that has expired, and reload the server";
        }

        if (problems.Contains("hostname mismatch", StringComparison.Ordinal))
        {
            yield return $"the certificate is for {(peer.Names.Count > 0 ? string.Join(", ", peer.Names) : peer.Subject)}, not for "
                + $"{handshake.ServerName}: use a name that it is for, or set tls.serverName, or let a certificate for this name be issued";
        }

        if (peer.Subject == peer.Issuer)
        {
            yield return "the certificate is self-signed: if that is meant, name it in tls.ca";
        }
        else if (problems.Contains("unable to get issuer", StringComparison.Ordinal))
        {
            yield return $"the server sends {chain.Count(static it => it.IsSent)} of its chain, and none issued to {chain[^1].Issuer}: "
                + "let it send its intermediate certificates too, or name the authority in tls.ca";
        }
        else if (problems.Contains("root", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"nobody here trusts {chain[^1].Issuer}: name that authority in tls.ca";
        }
    }

    private static bool IsLogin(string location) =>
        location.Contains("login", StringComparison.OrdinalIgnoreCase) || location.Contains("signin", StringComparison.OrdinalIgnoreCase)
        || location.Contains("auth", StringComparison.OrdinalIgnoreCase);

    private static string? Header(HttpExchange exchange, string name) =>
        exchange.Headers.Where(header => Is(header, name)).Select(static header => header.Value).FirstOrDefault();

    private static bool Is(KeyValuePair<string, string> header, string name) => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
