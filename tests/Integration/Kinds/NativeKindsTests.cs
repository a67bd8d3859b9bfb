using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds;

/// <summary>The native program with a check of every kind, each beside its real counterpart.</summary>
public sealed class NativeKindsTests : IAsyncLifetime
{
    // A server may go in the middle of an answer.
    private static readonly string[] Gone = ["connection_refused", "connection_reset", "timeout"];

    // A check, what is observed of its counterpart, and how it fails without it.
    private static readonly (string Check, string[] Values, string[] Errors)[] Kinds =
    [
        ("http", ["status", "contentType", "bodySize", "httpVersion", "firstByte", "transfer"], ["unexpected_status"]),
        ("tcp", ["dns", "connect"], ["connection_refused"]),
        ("tls", ["dns", "connect", "tls", "certificate.expiresIn", "chain.expiresIn"], ["connection_refused"]),
        ("grpc", ["status", "code", "dns", "connect", "call"], ["unexpected_status"]),
        ("postgres", ["connect", "query", "value", "text", "version", "inRecovery", "connections.open", "connections.used"], Gone),
        ("redis", ["login", "ping"], Gone),
        ("rabbitmq", ["product", "version", "cluster"], Gone),
        ("postgres-roundtrip", ["write", "read", "delete"], Gone),
        ("redis-roundtrip", ["write", "read", "delete"], Gone),
        ("rabbitmq-roundtrip", ["declare", "publish", "consume"], Gone),
        ("dagu", ["status", "version", "schedulers.active"], ["connection_refused", "connection_reset"]),
        ("disk", ["used", "free", "total", "mountPoint", "fileSystem", "readOnly"], ["not_found"]),
        ("memory", ["used", "available", "total", "source"], ["expectation"]),
        ("self", ["scheduler", "running", "threads", "heap", "workingSet", "memoryUsed", "gcPause"], ["expectation"]),
    ];

    private static readonly string[] Intruders = ["postgres-intruder", "redis-intruder", "rabbitmq-intruder"];

    private Counterparts? _counterparts;

    public async ValueTask InitializeAsync()
    {
        _ = TestEnvironment.Native;
        _counterparts = await Counterparts.StartAsync();
    }

    public ValueTask DisposeAsync() => _counterparts?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task EveryKind_OnTheNativeProgram_SeesItsCounterpartAndThatItIsGone()
    {
        await using var sink = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(sink);
        await using var agent = await AgentProcess.StartAsync(Configuration(isFlawed: false), collector.Grpc, "grpc");

        foreach (var (check, values, _) in Kinds)
        {
            await agent.UntilAsync(check, "healthy");
            var state = await StateAsync(agent, check);
            values.Except(ObservedIn(state), StringComparer.Ordinal).ShouldBeEmpty($"{check}: {state}");
        }

        foreach (var intruder in Intruders)
        {
            await agent.UntilAsync(intruder, "unhealthy");
            ErrorOf(await StateAsync(agent, intruder)).ShouldBe("authentication", intruder);
        }

        await ShouldBeOnMetricsAsync(agent, up: true);
        await ShouldBeTracedAsync(sink);

        // Memory and the agent itself cannot be taken away: conditions that never hold come by a reload.
        await agent.ReconfigureAsync(Configuration(isFlawed: true));
        await _counterparts!.BreakAsync();
        foreach (var (check, _, errors) in Kinds)
        {
            await agent.UntilAsync(check, "unhealthy");
            ErrorOf(await StateAsync(agent, check)).ShouldBeOneOf(errors);
            await Eventually.TrueAsync(
                () => sink.TransitionsOf(check).Select(change => change.Attributes.Text("health_check.state")).LastOrDefault(),
                state => state == "unhealthy",
                $"the event of {check} comes through the collector");
        }

        await ShouldBeOnMetricsAsync(agent, up: false);
        agent.Output.ShouldNotContain(Counterparts.WrongPassword);
        await agent.StopAsync();
    }

    /// <summary>All checks; flawed, memory and the agent itself never meet their conditions.</summary>
    private string Configuration(bool isFlawed)
    {
        var checks = _counterparts!.Checks;
        if (isFlawed)
        {
            checks = checks.Replace("kind: memory, expect: [used <= 100%]", "kind: memory, expect: [used > 100%]", StringComparison.Ordinal)
                .Replace("kind: self }", "kind: self, expect: [threads < 0] }", StringComparison.Ordinal);
        }

        return $$"""
            defaults: { interval: 1s, timeout: 1s, retryInterval: 250ms }
            checks:
            {{checks}}
            {{_counterparts.Intruders}}
            """;
    }

    private static async Task<JsonElement> StateAsync(AgentProcess agent, string check)
    {
        using var answer = await agent.Client.GetAsync(new Uri($"/health/checks/{check}", UriKind.Relative));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static IEnumerable<string> ObservedIn(JsonElement state) =>
    [
        .. state.TryGetProperty("observed", out var observed) ? observed.EnumerateObject().Select(value => value.Name) : [],
        .. state.TryGetProperty("phasesMs", out var phases) ? phases.EnumerateObject().Select(phase => phase.Name) : [],
    ];

    private static string? ErrorOf(JsonElement state) => state.GetProperty("last").GetProperty("errorType").GetString();

    private static async Task ShouldBeOnMetricsAsync(AgentProcess agent, bool up)
    {
        var lines = (await agent.MetricsAsync()).Split('\n');
        foreach (var (check, _, _) in Kinds)
        {
            lines.ShouldContain(
                line => line.StartsWith("health_check_up{", StringComparison.Ordinal)
                    && line.Contains($"health_check_name=\"{check}\"", StringComparison.Ordinal)
                    && line.EndsWith(up ? " 1" : " 0", StringComparison.Ordinal),
                check);
        }
    }

    private static async Task ShouldBeTracedAsync(OtlpJsonSink sink)
    {
        foreach (var (check, _, _) in Kinds)
        {
            var run = await Eventually.TrueAsync(
                () => sink.Spans.FirstOrDefault(span =>
                    span.Name == $"health_check {check}" && span.Attributes.Text("health_check.outcome") == "pass"),
                span => span is not null,
                $"a run of {check} comes through the collector");
            run!.Attributes.Text("health_check.kind").ShouldBe(check.Split('-')[0]);
        }
    }
}
