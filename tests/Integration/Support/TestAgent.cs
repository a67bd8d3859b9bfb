using System.Net;
using System.Text.Json;
using HealthAgent.Agent;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace HealthAgent.Integration.Support;

/// <summary>A whole agent in this process: its own configuration file, a real listener, real checks.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly WebApplication _agent;
    private readonly string _file;

    private TestAgent(WebApplication agent, string file)
    {
        (_agent, _file) = (agent, file);
        Client = new HttpClient { BaseAddress = new Uri(agent.Urls.First()), Timeout = TimeSpan.FromSeconds(5) };
    }

    public HttpClient Client { get; }

    /// <summary>Starts an agent with the checks given, quick to run and with the thresholds of the contract.</summary>
    public static async Task<TestAgent> StartAsync(string checks, OtlpReceiver? otlp = null, params IEnumerable<(string Name, string Value)> environment)
    {
        var file = Path.Combine(Path.GetTempPath(), $"agent-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, $"""
            agent:
              listen: http://127.0.0.1:0
              labels: {"{ env: test }"}
            defaults:
              interval: 1s
              timeout: 1s
              retryInterval: 250ms
              failureThreshold: 3
            checks:
            {checks}
            """);
        var kinds = new KindIndex(CheckKinds.All);
        var source = new FileSource(new ConfigurationFile(file), kinds, Environment.GetEnvironmentVariable);
        var (plan, errors) = AgentPlan.Load(kinds, Environment.GetEnvironmentVariable, source);
        plan.ShouldNotBeNull(string.Join('\n', errors));
        var agent = Program.Build(plan, builder => builder.Configuration.AddInMemoryCollection(Variables(otlp)).AddInMemoryCollection(environment.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))));
        await agent.StartAsync();
        return new TestAgent(agent, file);
    }

    public async Task<(HttpStatusCode Code, string Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetJsonAsync(string path) => JsonDocument.Parse((await GetAsync(path)).Body).RootElement.Clone();

    /// <summary>Waits until a check has a status, and returns all that is told of it.</summary>
    public Task<JsonElement> UntilAsync(string check, string status) => Eventually.TrueAsync(
        () => GetJsonAsync($"/health/checks/{check}"),
        state => state.GetProperty("status").GetString() == status,
        $"{check} is {status}");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _agent.StopAsync();
        await _agent.DisposeAsync();
        File.Delete(_file);
    }

    private static Dictionary<string, string?> Variables(OtlpReceiver? otlp) => otlp is null ? [] : new(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp.Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
    };
}
