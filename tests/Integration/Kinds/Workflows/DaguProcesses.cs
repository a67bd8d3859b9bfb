using System.Globalization;
using System.Text.Json;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>A real Dagu with server and scheduler as separate processes, so that either can be frozen.</summary>
public abstract class DaguProcesses : IAsyncLifetime
{
    private readonly string _home = TemporaryFolder.Create("dagu-").FullName;
    private readonly int _port = Containers.FreePort();
    private readonly DaguProgram _program;

    protected DaguProcesses() => _program = new DaguProgram(_home);

    private protected ChildProcess? Scheduler { get; set; }

    private protected ChildProcess? Server { get; set; }

    /// <summary>A second scheduler.</summary>
    private protected ChildProcess? Second { get; set; }

    protected string Url => $"http://127.0.0.1:{_port}";

    protected string Dags => _program.Dags;

    protected string Data => Path.Combine(_home, "data");

    public async ValueTask InitializeAsync()
    {
        await WriteAsync("hello", "steps:\n  - name: hello\n    command: \"true\"\n");
        var port = _port.ToString(CultureInfo.InvariantCulture);
        Server = Start("server", "--dags", Dags, "-s", "127.0.0.1", "-p", port);
        Scheduler = Start("scheduler", "--dags", Dags);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_home, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<TestAgent> StartAsync(string lines = "impact: critical") => TestAgent.StartAsync($"""
          - name: dagu
            kind: dagu
            url: {Url}
            {lines}
        """);

    private protected ChildProcess Start(params string[] arguments) => _program.Start(arguments);

    protected Task WriteAsync(string dag, string yaml) => _program.WriteAsync(dag, yaml);

    protected async Task<string> OwnAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"{Url}/api/v2/{path}"));
    }

    protected static string ReasonOf(JsonElement state) => state.GetProperty("last").GetProperty("reason").GetString()!;

    protected static double? ObservedOf(JsonElement state, string value) =>
        state.TryGetProperty("observed", out var observed) && observed.TryGetProperty(value, out var number)
            && number.ValueKind == JsonValueKind.Number
            ? number.GetDouble()
            : null;
}
