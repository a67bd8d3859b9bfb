using System.Diagnostics.CodeAnalysis;

namespace HealthAgent.Unit.Expectations;

public sealed class ConditionTests
{
    private static readonly Dictionary<string, object> Observed = new(StringComparer.Ordinal)
    {
        ["count"] = 200,
        ["used"] = 79.96,
        ["latency"] = TimeSpan.FromMilliseconds(300),
        ["size"] = 2048L,
        ["body"] = "all is well\n",
        ["ready"] = true,
        ["header"] = Values.Headers(("Server", "nginx/1.2"), ("Age", "5"))["header"],
    };

    [Theory]
    [InlineData("count == 200", true)]
    [InlineData("count == 200.0", true)]
    [InlineData("count == 201", false)]
    [InlineData("count != 200", false)]
    [InlineData("count != 5", true)]
    [InlineData("count < 200", false)]
    [InlineData("count <= 200", true)]
    [InlineData("count > 199.5", true)]
    [InlineData("count >= 201", false)]
    [InlineData("count in 200..299", true)]
    [InlineData("count in 100..200", true)]
    [InlineData("count in 201..299", false)]
    [InlineData("count in [204, 200]", true)]
    [InlineData("count not in [204, 200]", false)]
    [InlineData("count not == 5", true)]
    [InlineData("used < 80%", true)]
    [InlineData("latency == 300ms", true)]
    [InlineData("latency == 0.3s", true)]
    [InlineData("latency > 300ms", false)]
    [InlineData("latency in 100ms..1s", true)]
    [InlineData("size == 2KiB", true)]
    [InlineData("size < 1MiB", true)]
    [InlineData("body contains is", true)]
    [InlineData("body contains Is", false)]
    [InlineData("body not contains error", true)]
    [InlineData("body matches ^all.*well", true)]
    [InlineData("body matches ^well", false)]
    [InlineData("body == all is well", false)]
    [InlineData("ready == true", true)]
    [InlineData("ready != true", false)]
    [InlineData("ready in [true, false]", true)]
    [InlineData("header Server contains nginx", true)]
    [InlineData("header server == nginx/1.2", true)]
    [InlineData("header Age == 5", true)]
    [InlineData("header Via exists", false)]
    [InlineData("header Via not exists", true)]
    [InlineData("header Via == 5", false)]
    [InlineData("header Via != 5", false)]
    [InlineData("header Via not == 5", false)]
    [InlineData("count exists", true)]
    [InlineData("count not exists", false)]
    [InlineData("json $.a exists", false)]
    [InlineData("json $.a not exists", true)]
    [InlineData("json $.a not contains x", false)]
    public void Condition_OverValues_Holds(string text, bool holds) =>
        Values.Holds(text, Observed).ShouldBe(holds);

    [Theory]
    [InlineData("""{"s":"up"}""", "json $.s == up", true)]
    [InlineData("""{"s":"up"}""", "json $.s == UP", false)]
    [InlineData("""{"s":"up"}""", "json $.s > 5", false)]
    [InlineData("""{"s":"up"}""", "json $.s < 5", false)]
    [InlineData("""{"n":5}""", "json $.n == 5", true)]
    [InlineData("""{"n":5.0}""", "json $.n == 5", true)]
    [InlineData("""{"n":5}""", "json $.n == \"5\"", true)]
    [InlineData("""{"n":"5"}""", "json $.n == 5", true)]
    [InlineData("""{"n":"5"}""", "json $.n > 4", true)]
    [InlineData("""{"n":5}""", "json $.n in 1..5", true)]
    [InlineData("""{"n":1e999}""", "json $.n > 5", true)]
    [InlineData("""{"b":true}""", "json $.b == true", true)]
    [InlineData("""{"b":false}""", "json $.b == true", false)]
    [InlineData("""{"z":null}""", "json $.z == null", true)]
    [InlineData("""{"z":null}""", "json $.z exists", true)]
    [InlineData("""{"z":null}""", "json $.z == 0", false)]
    [InlineData("""{"a":["x","y"]}""", "json $.a contains y", true)]
    [InlineData("""{"a":["xy"]}""", "json $.a contains y", false)]
    [InlineData("""{"a":[1,2]}""", "json $.a contains 2", true)]
    [InlineData("""{"a":["x","y"]}""", "json $.a[-1] == y", true)]
    [InlineData("""{"a":["x","y"]}""", "json $.a[2] exists", false)]
    [InlineData("""{"a":{"b":1}}""", "json $.a contains b", true)]
    [InlineData("""{"a":{"b":1}}""", "json $.a == 1", false)]
    [InlineData("""{"a b":{"c":1}}""", "json $['a b'].c == 1", true)]
    [InlineData("true", "json $ == true", true)]
    [InlineData("[]", "json $.a exists", false)]
    [InlineData("""{"s":"\ud800"}""", "json $.s == x", false)]
    [InlineData("""{"s":"\ud800"}""", "json $.s matches d800", true)]
    [InlineData("""{"s":["\ud800","x"]}""", "json $.s contains x", true)]
    public void Condition_OverJson_ComparesByWhatIsFound(string json, string text, bool holds) =>
        Values.Holds(text, Values.Json(json)).ShouldBe(holds);

    [Theory]
    [InlineData("count == 5")]
    [InlineData("count < 5")]
    [InlineData("count <= 5")]
    [InlineData("count > 5")]
    [InlineData("count >= 5")]
    [InlineData("count in 0..9")]
    public void Condition_OverNaN_NeverHolds(string text) =>
        Values.Holds(text, Values.Observed("count", double.NaN)).ShouldBeFalse();

    [Theory]
    [InlineData(200)]
    [InlineData(200L)]
    [InlineData(200d)]
    [InlineData(200f)]
    [InlineData(200u)]
    [InlineData(200ul)]
    [InlineData((short)200)]
    [InlineData((ushort)200)]
    [InlineData((byte)200)]
    public void Number_OfAnyType_IsANumber(object value) =>
        Values.Holds("count in 200..200", Values.Observed("count", value)).ShouldBeTrue();

    [Theory]
    [InlineData("count == 404", "count == 404: was 200")]
    [InlineData("used > 80%", "used > 80%: was 80%")]
    [InlineData("latency > 1s", "latency > 1s: was 300ms")]
    [InlineData("size > 1MiB", "size > 1MiB: was 2KiB")]
    [InlineData("ready == false", "ready == false: was true")]
    [InlineData("header Server == a", "header Server == a: was nginx/1.2")]
    [InlineData("header Via == a", "header Via == a: not observed")]
    [InlineData("json $.a == a", "json $.a == a: not observed")]
    public void Explanation_OfAMiss_SaysWhatWasObserved(string text, string explanation) =>
        Values.Condition(text).Explain(Observed).ShouldBe(explanation);

    [Theory]
    [InlineData("""{"a":"x"}""", "json $.a == y: was x")]
    [InlineData("""{"a":null}""", "json $.a == y: was null")]
    [InlineData("""{"a":[1, 2]}""", "json $.a == y: was [1, 2]")]
    [InlineData("""{"a":"\ud800"}""", """json $.a == y: was "\ud800" """)]
    [InlineData("{}", "json $.a == y: not observed")]
    public void Explanation_OfJson_ShowsWhatWasFound(string json, string explanation) =>
        Values.Condition("json $.a == y").Explain(Values.Json(json)).ShouldBe(explanation.TrimEnd());

    [Fact]
    public void Explanation_OfAnEmptyText_SaysSo() =>
        Values.Condition("body == ok").Explain(Values.Observed("body", "")).ShouldBe("body == ok: was empty");

    [Fact]
    public void Explanation_OfALongText_IsCut() =>
        Values.Condition("body == ok").Explain(Values.Observed("body", new string('x', 5000))).Length.ShouldBeLessThan(300);

    [Fact]
    [SuppressMessage("Reliability", "CA2000", Justification = "The document is cloned.")]
    public void Json_WithBrokenUtf8_IsComparedAndShown()
    {
        using var document = System.Text.Json.JsonDocument.Parse(new byte[] { (byte)'"', 0xff, (byte)'a', (byte)'"' });
        var observed = Values.Observed("json", document.RootElement.Clone());
        Values.Holds("json $ contains a", observed).ShouldBeTrue();
        Values.Condition("json $ == x").Explain(observed).ShouldBe("json $ == x: was \"\ufffda\"");
    }
}
