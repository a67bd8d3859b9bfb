using System.Collections.Immutable;
using HealthAgent.Expectations;
using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>What probably helps against a type of error, where the response and the certificate say nothing of their own.</summary>
internal static class ErrorHints
{
    private const string OtherService = "something else listens on this port";

    /// <summary>The hint; null where there is none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failed">The step that failed; null where it is not a scenario, or none did.</param>
    /// <param name="explanation">What the run, or the step, did.</param>
    public static string? For(RunRecord run, StepRecord? failed, ExplainedRun? explanation)
    {
        var reason = failed?.Reason ?? run.Reason ?? "";
        var hasAnswered = HasAnswered(failed?.Observations ?? run.Verdict.Observations);
        return run.ErrorType switch
        {
            ErrorType.Timeout when explanation is { Connections: [_, ..], Requests: [] } && IsOfTarget(reason) =>
                "the target answers, and reports a limit of its own: see the reason, and what it waits for",
            ErrorType.Timeout => OfTimeout(explanation, hasAnswered),
            ErrorType.ConnectionFailed when IsConnected(explanation) =>
                "the server takes connections and does not serve this: it is starting, loading, recovering, a standby or replica, or "
                + "has lost its cluster; see its log",
            ErrorType.Protocol when hasAnswered && explanation?.Commands is [_, ..] =>
                "the server is the right one, and refuses what it was asked: see the reason, and what was asked last",
            ErrorType.Tls when reason.Contains("does not speak TLS", StringComparison.Ordinal) =>
                $"write the scheme without TLS, such as http:// for https://, or the port that has TLS; or {OtherService}",
            ErrorType.Authentication when reason.StartsWith("NOAUTH", StringComparison.Ordinal) =>
                "the server wants a password, and the check sends none: set password",
            ErrorType.ConnectionReset when explanation?.Requests is [.., { Status: null, Url: var url }] =>
                $"it was closed without a byte in return: the port may want {OtherScheme(url)}, or {OtherService}; or the target crashes, "
                + "or refuses this client: see its log",
            ErrorType.Expectation => OfConditions(failed?.Conditions ?? run.Verdict.Conditions),
            var type => OfType(type),
        };
    }

    private static string OfTimeout(ExplainedRun? explanation, bool hasAnswered) => explanation switch
    {
        { Requests: [.., { Status: not null }] } =>
            "the response began, and its rest is slow: a large body, or a target that hangs while it writes",
        { Commands: [_, ..] } when hasAnswered =>
            "the target answered until then, and hangs or is slow at this: a lock, a full pool, an overload; see what it is busy with",
        _ when IsConnected(explanation) =>
            $"the port takes connections, and nothing answers on them: the target hangs or is overloaded, or {OtherService}; "
            + "raise the timeout only if it is known to be slow",
        { Connections: [_, ..] } =>
            $"no answer to connecting: a firewall that drops, a host that is down, or a server that takes no more; or {OtherService}",
        _ => "the phase that is missing is where the target hangs; raise the timeout only if it is known to be slow",
    };

    private static string OfConditions(ImmutableArray<EvaluatedCondition> conditions) =>
        conditions.Where(static it => it.Applies && it.Verdict == Verdict.NotObserved).Select(static it => it.Text)
            .FirstOrDefault(static text => text.StartsWith("json ", StringComparison.Ordinal)) is { } absent
            ? $"what '{absent}' looks at is not in the response: misspelt here, renamed there, or another version answers; see the body"
            : "the target answers; what it says is not what is expected: see the conditions";

    // The agent's deadline and the sockets say so in other words.
    private static bool IsOfTarget(string reason) =>
        !reason.Contains("timed out", StringComparison.Ordinal) && !reason.Contains("no answer within", StringComparison.Ordinal);

    private static bool IsConnected(ExplainedRun? explanation) =>
        explanation?.Connections.Any(static it => it.Outcome == ConnectionOutcome.Connected) is true;

    // More than that there is a connection, and that somebody took it.
    private static bool HasAnswered(ImmutableArray<Observation> seen) => seen.Any(static it =>
        it.Name is not ("dns" or "connect" or "tls" or "latency") && !it.Name.EndsWith(".expiresIn", StringComparison.Ordinal));

    private static string OtherScheme(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? "http://" : "https://";

    private static string? OfType(ErrorType? type) => type switch
    {
        ErrorType.Dns => "the name does not resolve on this machine: a misspelt name, a missing record, another search domain or resolver",
        ErrorType.ConnectionRefused => "nothing listens on this address and port: is the process running, and on this port? "
            + "It may listen on another address only, such as IPv6 or loopback",
        ErrorType.ConnectionReset => "the peer closed the connection; its log at this time says why: a limit, a crash, a proxy before it"
            + $"; or {OtherService}",
        ErrorType.ConnectionFailed => "there is no way to the address, or the server is starting: see routes, firewall, the server's log",
        ErrorType.Tls => "no TLS in common, or a client certificate is missing: see tls.certificate and tls.minVersion"
            + $"; or {OtherService}, without TLS",
        ErrorType.Authentication => "the credentials are rejected: a wrong user or password, or one that was rotated",
        ErrorType.Authorization => "the credentials are right, and this is not allowed to them: grant what the check needs",
        ErrorType.Protocol => "something else answers here than expected: another service on this port, a proxy's page, or a wrong path",
        ErrorType.NotFound => "what is asked for does not exist there: renamed, dropped, or not yet migrated",
        ErrorType.ResourceExhausted =>
            "the target has no room left for this, be it connections, memory or disk: see what takes it, or raise its limit",
        _ => null,
    };
}
