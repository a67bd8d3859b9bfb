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
    public void Error_OfTheServer_HasAMeaning(string state, string text, ErrorType expected) =>
        Failures.Classify(new PostgresException(text, "FATAL", "FATAL", state), PostgresErrors.Classify).ShouldBe(expected);
}
