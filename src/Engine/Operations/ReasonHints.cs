namespace HealthAgent.Operations;

/// <summary>
/// What helps against reasons whose words are known: those of this program, and codes and words that servers have had for long.
/// </summary>
internal static class ReasonHints
{
    private const string Statement = "the server runs, and rejects the statement: see 'asked', and try it with psql";

    // The first that is found is the one.
    private static readonly (string Words, string Hint)[] All =
    [
        // Other protocols than expected.
        ("does not speak TLS", "write the scheme without TLS, such as http:// for https://, or the port that has TLS; or something else "
            + "listens on this port"),
        ("speaks TLS on this port", "write the scheme with TLS, such as https:// for http://"),
        ("speaks HTTP/2 on this port", "without TLS, the port takes HTTP/2 alone, and kind http asks by HTTP/1.1: check a gRPC server "
            + "with kind grpc; let another take HTTP/1.1 too"),
        ("does not speak HTTP/2", NoGrpc), ("HTTP_1_1_REQUIRED", NoGrpc),
        ("the server speaks ", "the port is that of another service: see the port in the target's configuration"),
        ("AMQP server protocol version", "the broker speaks another version of AMQP: RabbitMQ has 0-9-1, which this check needs; see its "
            + "listeners and plugins"),

        // TLS.
        ("client certificate", "set tls.certificate and tls.key to a certificate whose authority the server accepts"),
        ("protocol_version", "the server offers versions of TLS that are too old, or tls.minVersion asks for too much: 1.2 and 1.3 are "
            + "spoken here; let the server be updated"),
        ("handshake_failure", "server and agent have no version or cipher of TLS in common: 1.2 and 1.3 are spoken here (see "
            + "tls.minVersion), and no ciphers that are known to be weak; let the server be updated"),
        ("unrecognized_name", "the server has no certificate for this name: a wrong host in the URL, or set tls.serverName"),
        ("no_application_protocol", "the port takes HTTP/2 alone, and kind http asks by HTTP/1.1: check a gRPC server with kind "
            + "grpc"),
        ("unknown_ca", "the server does not know the authority of the certificate in tls.certificate: send its intermediates too, or let "
            + "the server trust its root"),
        ("(bad_certificate)", RejectedClient),
        ("(certificate_unknown)", RejectedClient),
        ("(certificate_expired)", "the certificate in tls.certificate has expired, says the server: renew it"),

        // HTTP.
        ("exceeds maxBody", "the conditions need a body that is longer than is read: raise maxBody, or ask for less"),
        ("response headers exceed", "hardly any client reads so many: something adds to a header, such as a cookie, with each response"),
        ("could not be decompressed", "the target, or a proxy before it, names a compression that it does not use: compare with "
            + "--header 'Accept-Encoding: identity'"),
        ("content coding", "the target compresses without asking what is understood: set the header Accept-Encoding, in headers"),
        ("before the response was complete", "the target, or a proxy before it, broke off in the middle of its response: a crash, a "
            + "restart, or a timeout of the proxy; see their logs at this time"),
        ("the body is empty", "the target answers without a body, which the conditions need: another path, or another method, may have "
            + "one"),
        ("the body is not JSON (application/json", "the target calls it JSON, and it is none, or only a part of it: see the body"),

        // PostgreSQL, by SQLSTATE, and its driver.
        ("No password has been provided", "the server wants a password, and the check sends none: write it into connectionString"),
        ("SSL connection requested", "the server has no TLS: write sslmode=prefer or disable, or let ssl be switched on in "
            + "postgresql.conf"),
        ("pg_hba.conf", "the server's pg_hba.conf allows no login from this address with this user, database and use of TLS: add a line, "
            + "or try sslmode=require where it says 'no encryption'"),
        ("is not permitted to log in", "the role has no right to log in: alter role … login, or use another"),
        ("25006:", "the check runs its query in a transaction that is read only: use roundTrip where something is to be written"),
        ("42601:", Statement), ("42703:", Statement), ("42883:", Statement),
        ("42P01:", "there is no such table in this database, or not in the user's search_path: write schema.table, or see whether a "
            + "migration is missing"),
        ("57P03:", "the server is starting or stopping, or recovers: see its log, and wait"),

        // Redis and RabbitMQ.
        ("NOAUTH", "the server wants a password, and the check sends none: set password"),
        ("Login was refused", "a wrong user or password; and RabbitMQ lets its user guest in from its own machine only"),
        ("NOT_ALLOWED - vhost", NoHost), ("NOT_ALLOWED - access to vhost", NoHost),

        // The host.
        ("does not exist or is not accessible", "the agent sees no such path: is the volume mounted, and into the agent's own container?"),
    ];

    private const string NoHost = "there is no such virtual host, or not for this user: it is the path of the URL, where / is written as "
        + "%2F";

    private const string NoGrpc = "gRPC needs HTTP/2: the port may be that of a REST API or a web page, or want grpcs://";

    private const string RejectedClient = "the server does not accept the certificate in tls.certificate: see its log for the reason";

    /// <summary>The hint; none where the reason has no words that are known.</summary>
    public static IEnumerable<string> For(FailedRun run) => run.Type is null or ErrorType.Expectation or ErrorType.UnexpectedStatus
        ? []
        : All.Where(one => run.Says(one.Words)).Select(static one => one.Hint).Take(1);
}
