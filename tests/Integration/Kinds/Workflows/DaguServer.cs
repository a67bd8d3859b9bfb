using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>A real Dagu 1.30.2, with server and scheduler as processes of their own, and DAGs that a test writes.</summary>
internal sealed class DaguServer : IAsyncDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("dagu-").FullName;
    private readonly int _port = Containers.FreePort();
    private readonly List<ChildProcess> _processes = [];
    private readonly HttpClient _client = new();

    /// <summary>Its address.</summary>
    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Its scheduler.</summary>
    public ChildProcess Scheduler { get; private set; } = null!;

    /// <summary>Starts one.</summary>
    public static async Task<DaguServer> StartAsync(params (string Name, string Yaml)[] dags)
    {
        var dagu = new DaguServer();
        Directory.CreateDirectory(dagu.Dags);
        foreach (var (name, yaml) in dags)
        {
            await File.WriteAllTextAsync(Path.Combine(dagu.Dags, $"{name}.yaml"), yaml);
        }

        dagu.Start("server", "-s", "127.0.0.1", "-p", dagu._port.ToString(CultureInfo.InvariantCulture));
        dagu.Scheduler = dagu.Start("scheduler");
        await Eventually.TrueAsync(dagu.ActiveSchedulersAsync, static active => active == 1, "Dagu's scheduler is active");
        return dagu;
    }

    /// <summary>The runs of a DAG of today and yesterday.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync(string dag) =>
        [.. (await GetAsync($"/dag-runs/{dag}?fromDate={TimeProvider.System.GetUtcNow().AddDays(-1).ToUnixTimeSeconds()}"))
            .GetProperty("dagRuns") is { ValueKind: JsonValueKind.Array } runs ? runs.EnumerateArray() : []];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var process in _processes)
        {
            await process.SignalAsync("CONT");
            await process.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    private string Dags => Path.Combine(_home, "dags");

    private ChildProcess Start(string command, params string[] arguments)
    {
        var process = ChildProcess.Start(
            TestEnvironment.Dagu, [command, "--dags", Dags, .. arguments], _home, ("DAGU_HOME", _home), ("DAGU_AUTH_MODE", "none"));
        _processes.Add(process);
        return process;
    }

    private async Task<int> ActiveSchedulersAsync()
    {
        try
        {
            return (await GetAsync("/services/scheduler")).GetProperty("schedulers").EnumerateArray()
                .Count(scheduler => scheduler.GetProperty("status").GetString() == "active");
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private Task<JsonElement> GetAsync(string path) => _client.GetFromJsonAsync<JsonElement>(new Uri($"{Url}/api/v2{path}"));
}
