using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class JsonPathTests
{
    private const string Document = """
        {"a":{"b":[10,20,30],"":"empty"},"x.y":1,"q]r":2,"it's":3,"dash-ed":4,"ünï":5,"list":[[1,2],[3]]}
        """;

    [Theory]
    [InlineData("$.a.b[0]", "10")]
    [InlineData("$.a.b[-1]", "30")]
    [InlineData("$.a.b[-3]", "10")]
    [InlineData("$['a']['b'][1]", "20")]
    [InlineData("$[\"a\"].b[1]", "20")]
    [InlineData("$.a['']", "\"empty\"")]
    [InlineData("$['x.y']", "1")]
    [InlineData("$['q]r']", "2")]
    [InlineData("$[\"it's\"]", "3")]
    [InlineData("$.dash-ed", "4")]
    [InlineData("$.ünï", "5")]
    [InlineData("$.list[0][1]", "2")]
    [InlineData("$.list[-1][-1]", "3")]
    [InlineData("$.a.b[3]", null)]
    [InlineData("$.a.b[-4]", null)]
    [InlineData("$.a.b[-2147483648]", null)]
    [InlineData("$.a.b.c", null)]
    [InlineData("$.a[0]", null)]
    [InlineData("$.b", null)]
    [InlineData("$.A", null)]
    public void Path_OverADocument_LeadsToOneValueOrNone(string text, string? expected)
    {
        using var document = JsonDocument.Parse(Document);
        JsonPath.TryParse(text, out var path).ShouldBeTrue();
        (path!.Find(document.RootElement)?.GetRawText()).ShouldBe(expected);
    }

    [Fact]
    public void Path_OfTheRoot_LeadsToTheDocument()
    {
        using var document = JsonDocument.Parse("5");
        JsonPath.TryParse("$", out var path).ShouldBeTrue();
        path!.Find(document.RootElement)!.Value.GetInt32().ShouldBe(5);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData(".a")]
    [InlineData("$a")]
    [InlineData("$.")]
    [InlineData("$..a")]
    [InlineData("$.a.")]
    [InlineData("$.*")]
    [InlineData("$[*]")]
    [InlineData("$[]")]
    [InlineData("$[")]
    [InlineData("$[0")]
    [InlineData("$['a")]
    [InlineData("$['a'")]
    [InlineData("$['a\"]")]
    [InlineData("$[1:2]")]
    [InlineData("$[0,1]")]
    [InlineData("$[?@.a]")]
    [InlineData("$[99999999999]")]
    [InlineData("$[1.5]")]
    [InlineData("$.a b")]
    [InlineData("$.a]")]
    [InlineData("$.a==b")]
    [InlineData("$.'a'")]
    public void Path_ThatIsNoSingularQuery_IsRefused(string text) =>
        JsonPath.TryParse(text, out _).ShouldBeFalse();
}
