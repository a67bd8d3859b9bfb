namespace HealthAgent.Unit.Operations;

/// <summary>What helps against what servers and drivers say, in their own words.</summary>
public sealed class ReasonHintsTests
{
    [Theory]
    [InlineData(ErrorType.Authentication, "No password has been provided but the backend requires one (in SASL/SCRAM-SHA-256)",
        "the server wants a password, and the check sends none")]
    [InlineData(ErrorType.Authentication, "28P01: password authentication failed for user \"agent\"", "the credentials are rejected")]
    [InlineData(ErrorType.Authentication, "28000: role \"shop\" is not permitted to log in", "the role has no right to log in")]
    [InlineData(ErrorType.Authentication,
        "28000: no pg_hba.conf entry for host \"10.0.0.1\", user \"a\"", "the server's pg_hba.conf allows no login")]
    [InlineData(ErrorType.Tls, "SSL connection requested. No SSL enabled connection from this host is configured.",
        "the server has no TLS: write sslmode=")]
    [InlineData(ErrorType.Protocol, "42601: syntax error at or near \"selct\" POSITION: 1", "the server runs, and rejects the statement")]
    [InlineData(ErrorType.Protocol, "42703: column \"nosuch\" does not exist POSITION: 8", "the server runs, and rejects the statement")]
    [InlineData(ErrorType.NotFound, "42P01: relation \"missing\" does not exist POSITION: 22", "there is no such table in this database")]
    [InlineData(ErrorType.NotFound, "3D000: database \"orders\" does not exist", "what is asked for does not exist there")]
    [InlineData(ErrorType.Authorization, "42501: permission denied for table orders",
        "the credentials are right, and this is not allowed")]
    [InlineData(ErrorType.Authorization, "25006: cannot execute INSERT in a read-only transaction",
        "the check runs its query in a transaction that is read only")]
    [InlineData(ErrorType.ResourceExhausted, "53300: too many connections for role \"few\"", "the target has no room left for this")]
    [InlineData(ErrorType.ConnectionFailed, "57P03: the database system is starting up", "the server is starting or stopping")]
    [InlineData(ErrorType.Authentication, "NOAUTH Authentication required.",
        "the server wants a password, and the check sends none: set password")]
    [InlineData(ErrorType.Authentication, "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
        "a wrong user or password; and RabbitMQ lets its user guest in")]
    [InlineData(ErrorType.NotFound, "NOT_ALLOWED - vhost nowhere not found", "there is no such virtual host")]
    [InlineData(ErrorType.Authorization, "NOT_ALLOWED - access to vhost 'shop' refused for user 'agent'",
        "there is no such virtual host, or not for this user")]
    [InlineData(ErrorType.NotFound, "NOT_FOUND - no queue 'missing' in vhost '/'", "what is asked for does not exist there")]
    [InlineData(ErrorType.Protocol, "AMQP server protocol version 1-0", "the broker speaks another version of AMQP")]
    [InlineData(ErrorType.Tls, "the server refuses the TLS handshake: no TLS version in common (protocol_version)",
        "the server offers versions of TLS that are too old")]
    [InlineData(ErrorType.Tls, "the server refuses the TLS handshake: no cipher, or another setting, in common (handshake_failure)",
        "server and agent have no version or cipher")]
    [InlineData(ErrorType.Tls, "the server refuses the TLS handshake: unknown certificate authority (unknown_ca)",
        "the server does not know the authority of the certificate")]
    [InlineData(ErrorType.Dns, "resolving db: the resolver did not answer, or failed",
        "the resolver of this machine is unreachable or fails")]
    [InlineData(ErrorType.NotFound, "/data does not exist or is not accessible", "the agent sees no such path")]
    [InlineData(ErrorType.Expectation, "used < 95%: was 97%", "what was observed is not what is expected")]
    public void Words_ThatAreKnown_SayWhatToTry(ErrorType type, string reason, string hint) =>
        Hinted.For(type, reason).ShouldHaveSingleItem().ShouldStartWith(hint);

    [Fact]
    public void Words_OfAnAnswer_AreNoReasonOfTheirOwn() =>
        Hinted.For(ErrorType.Expectation, "text == ok: was NOAUTH").ShouldHaveSingleItem().ShouldStartWith("what was observed");
}
