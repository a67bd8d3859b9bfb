using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Unit.Settings;

public sealed class SubstitutionTests
{
    private readonly Substitution _substitution = Substitutions.Of(new FilesRead());

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("$5 and {x}", "$5 and {x}")]
    [InlineData("$USER", "$USER")]
    [InlineData("${env:USER}", "ada")]
    [InlineData("<${env:USER}:${env:USER}>", "<ada:ada>")]
    [InlineData("${env:USER:-bob}", "ada")]
    [InlineData("${env:NONE:-bob}", "bob")]
    [InlineData("${env:NONE:-}", "")]
    [InlineData("${env:EMPTY:-bob}", "bob")]
    [InlineData("${env:NONE:-a:-b}", "a:-b")]
    [InlineData("${env:NONE:-http://x/?a=b}", "http://x/?a=b")]
    [InlineData("${env:TRICKY}", "${env:USER}")]
    [InlineData("${env:MULTILINE}", "a: 1\nb: 2")]
    [InlineData("${env:NONE:-${env:NOR:-fallback}}", "fallback")]
    [InlineData("${env:NONE:-<${env:USER}>}!", "<ada>!")]
    [InlineData("${env:NONE:-${env:NOR:-${env:USER}}-x}-y", "ada-x-y")]
    [InlineData("${env:USER:-${env:NONE}}", "ada")]
    [InlineData("${env:USER:-${file:/no/such/file}}", "ada")]
    [InlineData("${env:NONE:-$${x}", "${x")]
    [InlineData("${env:NONE:-{\"a\":1}}", "{\"a\":1}")]
    [InlineData("$${env:USER}", "${env:USER}")]
    [InlineData("$${", "${")]
    [InlineData("$$${env:USER}", "$${env:USER}")]
    [InlineData("$${${env:USER}}", "${ada}")]
    public void Value_WithReferences_HasThemReplaced(string value, string expected)
    {
        _substitution.Apply(value, out var error).ShouldBe(expected);
        error.ShouldBeNull();
    }

    [Theory]
    [InlineData("${env:NONE}", "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}")]
    [InlineData("${env:EMPTY}", "the environment variable 'EMPTY' is not set; set it, or write ${env:EMPTY:-default}")]
    [InlineData("${USER}", "'${USER}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${}", "'${}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:}", "'${env:}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:1A}", "'${env:1A}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${ENV:USER}", "'${ENV:USER}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${vault:x}", "'${vault:x}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${file:}", "'${file:}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:USER", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("${env:NONE:-${env:NOR}}", "the environment variable 'NOR' is not set; set it, or write ${env:NOR:-default}")]
    [InlineData("${env:NONE:-${env:NOR:-x}", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("${env:USER:-${x}}", "'${x}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:NONE:-${file:/no/such/file}}", "the file '/no/such/file' does not exist")]
    [InlineData("a ${", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("${env:USER} and ${env:NONE} and ${x}",
        "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}")]
    public void Value_WithABadReference_IsRefused(string value, string expected)
    {
        _substitution.Apply(value, out var error).ShouldBeNull();
        error.ShouldBe(expected);
    }

    [Fact]
    public void Value_OfVeryManyOpenReferences_IsRefusedAtOnce()
    {
        _substitution.Apply(string.Concat(Enumerable.Repeat("${", 1_000_000)), out var error).ShouldBeNull();
        error.ShouldNotBeNull();
        _substitution.Apply(string.Concat(Enumerable.Repeat("${env:A:-", 100_000)) + new string('}', 100_000), out error).ShouldBeNull();
        error.ShouldBe("'${' is nested deeper than 16 levels");
    }
}
