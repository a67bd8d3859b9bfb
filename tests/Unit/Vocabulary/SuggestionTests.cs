namespace HealthAgent.Unit.Vocabulary;

public sealed class SuggestionTests
{
    private static readonly string[] Kinds = ["http", "tcp", "postgres"];

    [Theory]
    [InlineData("postgre", " (did you mean 'postgres'?)")]
    [InlineData("POSTGRES", " (did you mean 'postgres'?)")]
    [InlineData("htpt", " (did you mean 'http'?)")]
    [InlineData("postgresql", " (did you mean 'postgres'?)")]
    [InlineData("tpc", " (did you mean 'tcp'?)")]
    public void Word_NearToAValidOne_IsAnsweredWithIt(string written, string suggestion) =>
        Suggestion.For(written, Kinds).ShouldBe(suggestion);

    [Fact]
    public void Word_FarFromAll_IsAnsweredWithAllInOrder() =>
        Suggestion.For("elasticsearch", Kinds).ShouldBe(" (valid: http, postgres, tcp)");

    [Fact]
    public void Word_FarFromVeryMany_IsAnsweredWithNothing() =>
        Suggestion.For("elasticsearch", Enumerable.Range(0, 21).Select(i => $"x{i}")).ShouldBe("");

    [Fact]
    public void Word_WhereNothingIsValid_IsAnsweredWithNothing() =>
        Suggestion.For("http", []).ShouldBe("");

    [Fact]
    public void Words_EquallyNear_AreTakenInOrder() =>
        Suggestion.For("cat", ["hat", "bat"]).ShouldBe(" (did you mean 'bat'?)");
}
