using System.Globalization;
using System.Text.Json;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Support;

/// <summary>A real Prometheus on loopback.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly string _folder;
    private readonly ChildProcess _process;

    private PrometheusServer(string folder, string config)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Containers.FreePort()}");
        _folder = folder;
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        _process = ChildProcess.Start(TestEnvironment.Prometheus,
        [
            $"--config.file={config}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address}", "--log.level=warn",
        ], folder);
    }

    /// <summary>Everything printed so far: warnings and errors.</summary>
    public string Output => _process.Output;

    /// <summary>Scrapes an agent every second, without rules.</summary>
    public static PrometheusServer Scraping(HttpClient agent, string settings = "")
    {
        var folder = TemporaryFolder.Create("prometheus-").FullName;
        var config = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(config, $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, {{settings}} }
            scrape_configs:
              - job_name: health-agent
                static_configs: [{ targets: ["{{agent.BaseAddress!.Authority}}"] }]
            """);
        return new PrometheusServer(folder, config);
    }

    /// <summary>With a configuration of a test's own, and perhaps rules, which it finds as <c>rules.yml</c>.</summary>
    public static PrometheusServer With(string config, string rules = "groups: []")
    {
        var folder = TemporaryFolder.Create("prometheus-").FullName;
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, config);
        File.WriteAllText(Path.Combine(folder, "rules.yml"), rules);
        return new PrometheusServer(folder, file);
    }

    /// <summary>As deployed but faster (<see cref="DeployedFile"/>), with all rules, for an agent and an Alertmanager.</summary>
    public static PrometheusServer AsDeployed(TestAgent agent, AlertmanagerServer alertmanager)
    {
        var folder = TemporaryFolder.Create("prometheus-").FullName;
        foreach (var rules in Directory.GetFiles(Repository.PathOf("deploy/prometheus/rules")))
        {
            new DeployedFile($"rules/{Path.GetFileName(rules)}").WriteTo(folder);
        }

        var config = new DeployedFile("prometheus.yml")
            // A generous timeout, so that a busy machine does not look like a missing agent.
            .With("scrape_timeout: 10s", "scrape_timeout: 15s")
            .With("[agent:9464]", $"['{agent.Client.BaseAddress!.Authority}']")
            .With("[alertmanager:9093]", $"['{alertmanager.Address}']")
            .With("[collector:8888]", "[]")
            .With("[localhost:9090]", "[]")
            .WriteTo(folder);
        return new PrometheusServer(folder, config);
    }

    /// <summary>The current series of a query; none while Prometheus is starting.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string query) =>
        await AskAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}") is { } data
            ? [.. data.GetProperty("result").EnumerateArray()]
            : [];

    /// <summary>Waits until a query has a series, and returns the first.</summary>
    public async Task<JsonElement> UntilAnyAsync(string query) =>
        (await Eventually.TrueAsync(() => QueryAsync(query), series => series.Count > 0, $"{query}\n{Output}"))[0];

    /// <summary>All rules; none while Prometheus is starting.</summary>
    public async Task<IReadOnlyList<JsonElement>> RulesAsync() =>
        await AskAsync("/api/v1/rules") is { } data
            ? [.. data.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())]
            : [];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The API's response for a path; null while Prometheus is starting.</summary>
    public async Task<JsonElement?> AskAsync(string path)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
            var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            answer.GetProperty("status").GetString().ShouldBe("success", $"{path}: {answer}");
            return answer.GetProperty("data");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            // It is still starting.
            return null;
        }
    }
}
