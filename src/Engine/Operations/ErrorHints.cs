using HealthAgent.Explanation;

namespace HealthAgent.Operations;

/// <summary>What probably helps against a type of error, where nothing else says more.</summary>
internal static class ErrorHints
{
    private const string OtherService = "something else listens on this port";

    /// <summary>The hint; none where there is none.</summary>
    public static IEnumerable<string> For(FailedRun run) => run.Type switch
    {
        null => null,
        ErrorType.Timeout when run.Did is { Connections: [_, ..], Requests: [] } && IsOfTarget(run) =>
            "the target answers, and reports a limit of its own: see the reason, and what it waits for",
        ErrorType.Timeout => OfTimeout(run),
        ErrorType.Dns => OfName(run),
        ErrorType.ConnectionRefused => OfRefusal(run),
        ErrorType.ConnectionReset => OfReset(run),
        ErrorType.ConnectionFailed when IsConnected(run) =>
            "the server takes connections and does not serve this: it is starting, loading, recovering, a standby or replica, or "
            + "has lost its cluster; see its log",
        ErrorType.Protocol when HasAnswered(run) && run.Did.Commands is [_, ..] =>
            "the server is the right one, and refuses what it was asked: see the reason, and what was asked last",
        ErrorType.Tls when run.Says("peer closed the connection") =>
            $"the port has no TLS, or {OtherService}: write the scheme without TLS, or the port that has it",
        ErrorType.Expectation or ErrorType.UnexpectedStatus when run.Did.Connections.Count == 0 =>
            "what was observed is not what is expected: see the conditions",
        var type => OfType(type.Value),
    } is { } hint ? [hint] : [];

    private static string OfTimeout(FailedRun run)
    {
        if (run.Request is { Status: not null })
        {
            return "the response began, and its rest is slow: a large body, or a target that hangs while it writes";
        }

        if (run.Says("TLS handshake"))
        {
            return "the port takes connections, and does not answer to TLS: it has none (write the scheme without TLS, or another port), "
                + "or the target hangs";
        }

        if (HasAnswered(run) && run.Did.Commands is [_, ..])
        {
            return "the target answered until then, and hangs or is slow at this: a lock, a full pool, an overload; see what it is busy "
                + "with";
        }

        return run.Did.Connections switch
        {
            [_, ..] when IsConnected(run) =>
                $"the port takes connections, and nothing answers on them: the target hangs or is overloaded, or {OtherService}; "
                + "raise the timeout only if it is known to be slow",
            [_, ..] =>
                $"no answer to connecting: a firewall that drops, a host that is down, or a server that takes no more; or {OtherService}",
            _ => "the phase that is missing is where the target hangs; raise the timeout only if it is known to be slow",
        };
    }

    // The agent's deadline and the sockets say so in other words.
    private static bool IsOfTarget(FailedRun run) => !run.Says("timed out") && !run.Says("no answer within");

    private static bool IsConnected(FailedRun run) =>
        run.Did.Connections.Any(static it => it.Outcome == ConnectionOutcome.Connected);

    // More than that there is a connection, and that somebody took it.
    private static bool HasAnswered(FailedRun run) => run.Observations.Any(static it =>
        it.Name is not ("dns" or "connect" or "tls" or "latency") && !it.Name.EndsWith(".expiresIn", StringComparison.Ordinal)
        && !it.Name.EndsWith(".notAfter", StringComparison.Ordinal));

    private static string OfName(FailedRun run)
    {
        var name = run.Did.Names.LastOrDefault(static it => it.Failure is not null)?.Host;
        return run.Says("the resolver did not answer")
            ? "the resolver of this machine is unreachable or fails: see /etc/resolv.conf, and the DNS server that it names"
            : "the name does not resolve on this machine: a misspelt name, a missing record, another search domain or resolver"
                + (name?.Contains('.', StringComparison.Ordinal) is false
                    ? "; a name without a dot is found through search domains only, so try the whole one"
                    : "");
    }

    private static string OfRefusal(FailedRun run)
    {
        var tried = run.Did.Connections;
        return "nothing listens on this address and port: is the process running, and on this port? "
            + (tried.Any(IsLoopback) ? "In a container, localhost is the container itself: name the host or the other container"
                : tried.Count > 0 && tried.All(static it => it.Address.Contains(':', StringComparison.Ordinal))
                    ? "It was tried by IPv6 alone: it may listen by IPv4 only"
                    : "It may listen on another address only, such as IPv6 or loopback");
    }

    private static bool IsLoopback(ConnectionAttempt attempt) =>
        attempt.Address == "::1" || attempt.Address.StartsWith("127.", StringComparison.Ordinal);

    private static string? OfReset(FailedRun run) => run.Request switch
    {
        { Status: null } when run.Did.Handshakes is [.., { IsAccepted: true, Protocol: not null }] =>
            "it was closed after the TLS handshake without a byte in return: the server rejects the client certificate or its absence, "
            + "refuses this client, or crashes: see its log",
        { Status: null, Url: var url } =>
            $"it was closed without a byte in return: the port may want {OtherScheme(url)}, or {OtherService}; or the target crashes, "
            + "or refuses this client: see its log",
        _ => OfType(ErrorType.ConnectionReset),
    };

    private static string OtherScheme(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? "http://" : "https://";

    private static string? OfType(ErrorType type) => type switch
    {
        ErrorType.ConnectionReset => "the peer closed the connection; its log at this time says why: a limit, a crash, a proxy before it"
            + $"; or {OtherService}",
        ErrorType.ConnectionFailed => "there is no way to the address, or the server is starting: see routes, firewall, the server's log",
        ErrorType.Tls => "no TLS in common, or a client certificate is missing: see tls.certificate and tls.minVersion"
            + $"; or {OtherService}, without TLS",
        ErrorType.Authentication => "the credentials are rejected: a wrong user or password, or one that was rotated",
        ErrorType.Authorization => "the credentials are right, and this is not allowed to them: grant what the check needs",
        ErrorType.Protocol => "something else answers here than expected: another service on this port, a proxy's page, or a wrong path",
        ErrorType.Expectation or ErrorType.UnexpectedStatus =>
            "the target answers; what it says is not what is expected: see the conditions",
        ErrorType.NotFound => "what is asked for does not exist there: renamed, dropped, or not yet migrated",
        ErrorType.ResourceExhausted =>
            "the target has no room left for this, be it connections, memory or disk: see what takes it, or raise its limit",
        _ => null,
    };
}
