using HealthAgent.Security;

namespace HealthAgent.Unit.Security;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("login with hunter2 failed", "login with *** failed")]
    [InlineData("hunter2hunter2", "******")]
    [InlineData("hunter22 is longer", "*** is longer")]
    [InlineData("HUNTER2", "HUNTER2")]
    [InlineData("ab is too short to be one", "ab is too short to be one")]
    [InlineData("", "")]
    [InlineData("line\nhunter2\nline", "line\n***\nline")]
    public void Text_WithSecrets_LosesThem(string text, string redacted) =>
        new Redactor(["hunter2", "hunter22", "ab", "", "hunter2"]).Redact(text).ShouldBe(redacted);

    [Fact]
    public void Text_WhereThereAreNoSecrets_StaysTheSame()
    {
        const string text = "nothing to hide";
        new Redactor([]).Redact(text).ShouldBeSameAs(text);
    }
}
