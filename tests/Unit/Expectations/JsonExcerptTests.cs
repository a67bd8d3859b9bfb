using System.Text;
using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class JsonExcerptTests
{
    private static readonly string[] Paths =
        ["$", "$.a", "$.b", "$.a.b", "$.a.a.b", "$['']", "$[0]", "$[1]", "$[-1]", "$[-2]", "$.a[0]", "$.a[-1].b", "$[0].a", "$[1][1]",
            "$[-1][0].a"];

    [Theory]
    [InlineData("""{"a":1,"b":{"x":[1,2]}}""", "$.a", """{"a":1}""")]
    [InlineData("""{"b":[1,2,3],"a":{"b":[true,null],"c":2},"a":"last"}""", "$.a.b", """{"a":{"b":[true,null]},"a":0}""")]
    [InlineData("""[ {"a":1}, {"a":2}, {"a":3} ]""", "$[1].a", """[0,{"a":2}]""")]
    [InlineData("""[ {"a":1,"b":2}, 7, {"a":3} ]""", "$[-1].a", """[{"a":1},0,{"a":3}]""")]
    [InlineData("""{"a":{"b":1}}""", "$.a[0]", """{"a":{}}""")]
    [InlineData("""{"\u0061":1}""", "$.a", """{"\u0061":1}""")]
    [InlineData("17", "$", "17")]
    public void Reduce_AText_KeepsWhatThePathLeadsTo(string json, string path, string expected) =>
        Reduce(json, new JsonUse(Path(path))).ShouldBe(expected);

    [Theory]
    [InlineData("""{"a":[[1,2],{"x":3},"four"]}""", "$.a", """{"a":[0,0,0]}""")]
    [InlineData("""{"a":{"x":[1],"y":2}}""", "$.a", """{"a":{"x":0,"y":0}}""")]
    [InlineData("""{"a":"text"}""", "$.a", """{"a":"text"}""")]
    public void Reduce_ForALength_KeepsOnlyHowManyThereAre(string json, string path, string expected) =>
        Reduce(json, new JsonUse(Path(path), IsLength: true)).ShouldBe(expected);

    [Fact]
    public void Reduce_AnyText_LeadsEveryPathToTheSameValue()
    {
        var random = new Random(10);
        for (var i = 0; i < 3000; i++)
        {
            var json = Value(random, depth: 4);
            JsonUse[] uses = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new JsonUse(Path(Paths[random.Next(Paths.Length)])))];
            var counted = new JsonUse(Path(Paths[random.Next(Paths.Length)]), IsLength: true);
            using var whole = JsonDocument.Parse(json);
            using var excerpt = JsonDocument.Parse(Reduce(json, [.. uses, counted]));
            foreach (var use in uses)
            {
                Text(use.Path.Find(excerpt.RootElement))
                    .ShouldBe(Text(use.Path.Find(whole.RootElement)), $"{json} {string.Join(", ", use.Path.Segments)}");
            }

            Length(counted.Path.Find(excerpt.RootElement)).ShouldBe(Length(counted.Path.Find(whole.RootElement)), json);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""{"x":[1,2,{"y":tru}]}""")]
    [InlineData("""[1,2""")]
    [InlineData("[1] [2]")]
    public void Reduce_WhatIsNoJson_IsRefusedWhereverTheFaultIs(string json) =>
        Should.Throw<JsonException>(() => Reduce(json, new JsonUse(Path("$.a"))));

    [Fact]
    public void Reduce_PastTheDeadline_Ends()
    {
        var json = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", 10_000))}]");
        Should.Throw<OperationCanceledException>(
            () => JsonExcerpt.Reduce(json, [new JsonUse(Path("$[0]"))], new CancellationToken(canceled: true)));
    }

    private static string Reduce(string json, params JsonUse[] uses)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var (length, tokens) = JsonExcerpt.Reduce(text, uses, CancellationToken.None);
        var count = 0;
        for (var reader = new Utf8JsonReader(text.AsSpan(0, length)); reader.Read();)
        {
            count++;
        }

        tokens.ShouldBe(count);
        return Encoding.UTF8.GetString(text, 0, length);
    }

    private static JsonPath Path(string path) => JsonPath.TryParse(path, out var parsed) ? parsed! : throw new FormatException(path);

    private static string? Text(JsonElement? element) => element?.GetRawText();

    private static int? Length(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        { ValueKind: JsonValueKind.Object } members => members.GetPropertyCount(),
        { ValueKind: JsonValueKind.String } text => text.GetString()!.Length,
        _ => null,
    };

    private static string Value(Random random, int depth) => (depth == 0 ? random.Next(2, 5) : random.Next(5)) switch
    {
        0 => $"{{{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{Name(random)}\": {Value(random, depth - 1)}"))}}}",
        1 => $"[{string.Join(" ,", Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1)))}]",
        2 => random.Next(100).ToString(System.Globalization.CultureInfo.InvariantCulture),
        3 => "\"te\\\"xt\"",
        _ => "true",
    };

    private static string Name(Random random) => random.Next(5) switch { 0 => "", 1 or 2 => "a", 3 => "b", _ => "\\u0061" };
}
