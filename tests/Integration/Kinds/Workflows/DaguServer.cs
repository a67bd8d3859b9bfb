using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>A real Dagu, 1.30.2 or 2, with server and scheduler as processes of their own, and DAGs that a test writes.</summary>
internal sealed class DaguServer : IAsyncDisposable
{
    private readonly string _home = TemporaryFolder.Create("dagu-").FullName;
    private readonly int _port = Containers.FreePort();
    private readonly DaguProgram _program;
    private readonly string _api;
    private readonly HttpClient _client = new();

    private DaguServer(string program, string api) => (_program, _api) = (new DaguProgram(_home, program), api);

    /// <summary>Its address.</summary>
    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Its scheduler.</summary>
    public ChildProcess Scheduler { get; private set; } = null!;

    /// <summary>Where it keeps runs and queues.</summary>
    public string Data => Path.Combine(_home, "data");

    /// <summary>Starts one of version 1.30.2.</summary>
    public static Task<DaguServer> StartAsync(params (string Name, string Yaml)[] dags) =>
        StartAsync(new DaguServer(TestEnvironment.Dagu, "/api/v2"), dags);

    /// <summary>Starts one of version 2.</summary>
    public static Task<DaguServer> StartSecondAsync(params (string Name, string Yaml)[] dags) =>
        StartAsync(new DaguServer(TestEnvironment.DaguSecond, "/api/v1"), dags);

    /// <summary>Puts a run of a DAG into its queue.</summary>
    public async Task EnqueueAsync(string dag)
    {
        using var answer = await _client.PostAsJsonAsync(new Uri($"{Url}{_api}/dags/{dag}/enqueue"), new { });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<DaguServer> StartAsync(DaguServer dagu, (string Name, string Yaml)[] dags)
    {
        foreach (var (name, yaml) in dags)
        {
            await dagu._program.WriteAsync(name, yaml);
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
        await _program.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private ChildProcess Start(string command, params string[] arguments) =>
        _program.Start([command, "--dags", _program.Dags, .. arguments]);

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

    private Task<JsonElement> GetAsync(string path) => _client.GetFromJsonAsync<JsonElement>(new Uri($"{Url}{_api}{path}"));
}
