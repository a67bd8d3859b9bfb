using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Http;

namespace HealthAgent.Benchmarks;

/// <summary>What a condition costs to be asked about what a run observed.</summary>
[MemoryDiagnoser]
public class ConditionBenchmarks
{
    private readonly Dictionary<string, object> _observed = new(StringComparer.Ordinal)
    {
        ["status"] = 200,
        ["latency"] = TimeSpan.FromMilliseconds(12.3),
        ["header"] = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            ["Set-Cookie"] = ["a=1", "gid=1"],
        },
        ["contentType"] = "application/json",
        ["json"] = JsonDocument.Parse(
            """{"status":"healthy","components":[{"name":"scheduler","status":"active"},{"name":"queue","depth":17}]}""").RootElement,
    };

    private Condition _condition = null!;

    [Params(
        "status == 200", "status in [200..299, 301]", "latency > 300ms",
        "contentType contains json", "contentType matches ^application/", "header Set-Cookie not matches ^sid=",
        "json $.status == healthy", "json $.components[1].depth < 100", "len(json $.components) > 1")]
    public string Text { get; set; } = "";

    [GlobalSetup]
    public void Prepare() =>
        _condition = ConditionParser.Parse(Text, HttpCheck.Kind.Values, out var error) ?? throw new InvalidOperationException(error);

    [Benchmark]
    public bool IsMissed() => _condition.IsMissed(_observed);
}
