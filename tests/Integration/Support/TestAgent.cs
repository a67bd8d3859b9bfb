using System.Net;
using System.Text.Json;

namespace HealthAgent.Integration.Support;

/// <summary>An agent with a configuration for tests: checks that run often, with the thresholds of the contract.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly AgentProcess _process;

    private TestAgent(AgentProcess process) => _process = process;

    public HttpClient Client => _process.Client;

    /// <summary>The id of its process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts one with the checks given.</summary>
    public static async Task<TestAgent> StartAsync(
        string checks, OtlpReceiver? otlp = null, params IEnumerable<(string Name, string Value)> environment)
    {
        var yaml = $"""
            agent:
              labels: {"{ env: test }"}
            defaults:
              interval: 1s
              timeout: 1s
              retryInterval: 250ms
              failureThreshold: 3
            checks:
            {checks}
            """;
        return new TestAgent(otlp is null
            ? await AgentProcess.StartAsync(yaml, environment)
            : await AgentProcess.StartAsync(yaml, otlp.Endpoint, "http/protobuf", environment));
    }

    public async Task<(HttpStatusCode Code, string Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetJsonAsync(string path) => JsonDocument.Parse((await GetAsync(path)).Body).RootElement.Clone();

    /// <summary>Waits until a check has a status, and returns its details.</summary>
    public Task<JsonElement> UntilAsync(string check, string status, TimeSpan? patience = null) => Eventually.TrueAsync(
        () => GetJsonAsync($"/health/checks/{check}"),
        state => state.GetProperty("status").GetString() == status,
        $"{check} is {status}",
        patience);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
