using HealthAgent.Checks;
using HealthAgent.Kinds.Databases;
using Npgsql;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("28000", "connection requires a valid client certificate", ErrorType.Tls)]
    [InlineData(
        "28000", "no pg_hba.conf entry for host \"127.0.0.1\", user \"u\", database \"d\", no encryption", ErrorType.Authentication)]
    [InlineData("28P01", "password authentication failed for user \"u\"", ErrorType.Authentication)]
    [InlineData("53300", "sorry, too many clients already", ErrorType.ResourceExhausted)]
    [InlineData("57P03", "the database system is starting up", ErrorType.ConnectionFailed)]
    [InlineData("55000", "database \"d\" is not currently accepting connections", ErrorType.ConnectionFailed)]
    [InlineData("08P01", "no such database: d", ErrorType.NotFound)]
    [InlineData("08P01", "SASL authentication failed", ErrorType.Authentication)]
    [InlineData("08P01", "password authentication failed", ErrorType.Authentication)]
    [InlineData("08P01", "no more connections allowed (max_client_conn)", ErrorType.ResourceExhausted)]
    [InlineData("08P01", "query_wait_timeout", ErrorType.Timeout)]
    [InlineData("08P01", "transaction blocks not allowed in statement pooling mode", ErrorType.Protocol)]
    [InlineData("08P01", "extended query protocol not supported by admin console", ErrorType.Protocol)]
    [InlineData("08P01", "server login has been failing, try again later (server_login_retry)", ErrorType.ConnectionFailed)]
    public void Error_OfTheServer_HasAMeaning(string state, string text, ErrorType expected) =>
        Failures.Classify(new PostgresException(text, "FATAL", "FATAL", state), PostgresErrors.Classify).ShouldBe(expected);

    [Theory]
    [InlineData("42501", "permission denied for database \"d\"", 0, false,
        "42501: permission denied for database \"d\"; the user needs connect on the database")]
    [InlineData("42501", "permission denied for table t", 0, true, "42501: permission denied for table t")]
    [InlineData("42601", "syntax error at or near \"selec\"", 1, true, "42601: syntax error at or near \"selec\" (at character 1)")]
    [InlineData("08P01", "query_wait_timeout", 0, true,
        "08P01: query_wait_timeout; the pooler had no session of the server to give: its pool is full, or it does not reach the server")]
    [InlineData("08P01", "transaction blocks not allowed in statement pooling mode", 0, true,
        "08P01: transaction blocks not allowed in statement pooling mode; "
        + "write { table: … } or { function: … }, which need no session of their own")]
    [InlineData("28P01", "statement pooling mode", 0, false, "28P01: statement pooling mode")]
    public void Error_OfTheServer_IsDescribed(string state, string text, int position, bool isOpen, string expected) =>
        PostgresErrors.Describe(
            new PostgresException(text, "FATAL", "FATAL", state, detail: "a row", position: position), isOpen).ShouldBe(expected);
}
