namespace HealthAgent.Integration.Dashboards;

/// <summary>Names found in PromQL expressions.</summary>
public sealed class PromQlTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("up == bool 0 or on () vector(1)", "up")]
    [InlineData("sum by (a) (rate(x_total{b=\"y\"}[5m]))", "x_total")]
    [InlineData("sum(rate(x_total[$__rate_interval])) by (a)", "x_total")]
    [InlineData("job:x:ratio_5m / ignoring (a) group_left y", "job:x:ratio_5m y")]
    [InlineData("a * on (b) group_left (c unless d)", "a c d")]
    [InlineData("topk($top, a) # not b", "a")]
    [InlineData("a offset 5m @ end() > 1e3", "a")]
    [InlineData("a{b=~\"c|d{1,2}\", e!=\"}\"} + inf", "a")]
    public void Metrics_OfAnExpression_AreFound(string expression, string metrics) =>
        PromQl.Parse(expression).Metrics.Order(StringComparer.Ordinal).ShouldBe(metrics.Split(' '));

    [Theory]
    [InlineData("sum by (a, b) (x{c=\"1\", d=~\"$e\"})", "a b x.c x.d")]
    [InlineData("x * on (a) group_left (b) y{c!=\"\"}", "a b y.c")]
    [InlineData("x * ignoring (a) group_right y", "a")]
    [InlineData("sum without (a) (x)", "a")]
    [InlineData("{c=\"1\"}", "c")]
    [InlineData("label_replace(x{a=\"1\"}, \"made\", \"$1\", \"read\", \"(.*)\")", "read x.a")]
    public void Labels_OfAnExpression_AreFound(string expression, string labels) =>
        PromQl.Parse(expression).Labels.Select(use => use.Metric is { } metric ? $"{metric}.{use.Label}" : use.Label)
            .Order(StringComparer.Ordinal).ShouldBe(labels.Split(' '));

    [Fact]
    public void Labels_ThatAreMade_AreTheFirstTexts() =>
        PromQl.Parse("label_replace(x{a=\"1\"} == 1, \"made\", \"value\", \"\", \"\")").MadeLabels.ShouldBe(["made"]);

    [Fact]
    public void Expression_WithWhatIsNoToken_IsRefused() => Should.Throw<FormatException>(() => PromQl.Parse("a ? b"));
}
