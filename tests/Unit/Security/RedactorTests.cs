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

    [Theory]
    [InlineData("p@ss w/rd+1", "u:p%40ss%20w%2Frd%2B1@h p%40ss%20w%2frd%2b1 p%40ss+w%2Frd%2B1", "u:***@h *** ***")]
    [InlineData("a\"b\\c/d", """{"x":"a\"b\\c/d","y":"a\"b\\c\/d","z":"a\u0022b\\c/d"}""", """{"x":"***","y":"***","z":"***"}""")]
    [InlineData("süß<1>", """süß<1> s\u00fc\u00df<1> s\u00FC\u00DF\u003C1\u003E s\u00fc\u00df\u003c1\u003e""", "*** *** *** ***")]
    [InlineData("it's<me>&", "it&#39;s&lt;me&gt;&amp; it&#x27;s&lt;me&gt;&amp;", "*** ***")]
    [InlineData("one\ntwo", "one two", "***")]
    [InlineData("one\ntwo", "one\\ntwo", "***")]
    [InlineData("-----BEGIN\nMIIEvQIBADAN\n}\n", "bad line MIIEvQIBADAN and }", "bad line *** and }")]
    public void Secret_EchoedInAnotherForm_IsRedacted(string secret, string text, string redacted) =>
        new Redactor([secret]).Redact(text).ShouldBe(redacted);

    [Fact]
    public void Secrets_ThatOverlap_LeaveNothingOfEither() =>
        new Redactor(["abcdef", "defghi"]).Redact("<abcdefghi>").ShouldBe("<***>");

    [Theory]
    [InlineData("the token is hunt", true, "the token is ***")]
    [InlineData("the token is hunt", false, "the token is hunt")]
    [InlineData("the token is hu", true, "the token is hu")]
    [InlineData("hunt", true, "***")]
    public void Text_CutOffWithinASecret_LosesItsBeginning(string text, bool isCut, string redacted) =>
        new Redactor(["hunter2"]).Redact(text, isCut).ShouldBe(redacted);

    [Fact]
    public void Secret_OfAnyUnits_IsNoMistake()
    {
        var secret = "ab\ud800" + (char)0xd800 + "c";
        new Redactor([secret]).Redact($"<{secret}>").ShouldBe("<***>");
    }
}
