using System.Globalization;
using System.Net;
using System.Text.Json;

namespace HealthAgent.Integration.Support;

/// <summary>A real collector with the repository's own configuration, on ports of its own, that forwards in JSON.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private readonly int _grpc = Containers.FreePort();
    private readonly int _http = Containers.FreePort();
    private readonly string[] _arguments;
    private readonly IEnumerable<(string Name, string Value)> _environment;
    private ChildProcess? _process;

    private Collector(IEnumerable<string> files, IEnumerable<string> exporters, IEnumerable<(string Name, string Value)> environment)
    {
        _arguments = [.. files.Select(file => $"--config={Repository.PathOf(file)}"), $"--config=yaml:{Overlay(exporters)}"];
        _environment = environment;
    }

    /// <summary>Where it takes OTLP over gRPC.</summary>
    public string Grpc => $"http://{Address(_grpc)}";

    /// <summary>Where it takes OTLP over HTTP.</summary>
    public string Http => $"http://{Address(_http)}";

    /// <summary>Starts one with <c>otel-collector.yaml</c>, that forwards all signals to one sink.</summary>
    public static Task<Collector> StartAsync(OtlpJsonSink sink) => StartAsync(
        ["otel-collector.yaml"], ["otlp_http"], ("OTELCOL_EXPORTERS", "[debug, otlp_http]"), ("OTELCOL_FORWARD_ENDPOINT", sink.Endpoint));

    /// <summary>Starts one with several files of the repository, of which the exporters named are to speak JSON.</summary>
    public static async Task<Collector> StartAsync(
        IEnumerable<string> files, IEnumerable<string> exporters, params IEnumerable<(string Name, string Value)> environment)
    {
        var collector = new Collector(files, exporters, environment);
        await collector.StartAsync();
        return collector;
    }

    /// <summary>Starts it again, at the addresses that it had.</summary>
    public async Task StartAsync()
    {
        var process = ChildProcess.Start(TestEnvironment.Collector, _arguments, directory: null, _environment);
        _process = process;
        await Eventually.TrueAsync(async () => (Answers: await AnswersAsync(), process.Output), seen => seen.Answers, "the collector answers");
    }

    /// <summary>Ends it by SIGKILL, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = null;
    }

    /// <summary>Lets it hang: connections stay open, and nothing is answered.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    /// <summary>Lets it go on, with what came to it meanwhile.</summary>
    public Task ThawAsync() => _process!.SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var nothing = new StringContent("{}", mediaType: new("application/json"));
            using var answer = await _client.PostAsync(new Uri($"{Http}/v1/logs"), nothing);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It is still starting.
            return false;
        }
    }

    /// <summary>What the test changes of the configuration: ports, and the encoding that it can read. JSON is YAML.</summary>
    private string Overlay(IEnumerable<string> exporters)
    {
        var reader = new { pull = new { exporter = new { prometheus = new { host = "127.0.0.1", port = Containers.FreePort() } } } };
        return JsonSerializer.Serialize(new
        {
            receivers = new { otlp = new { protocols = new { grpc = new { endpoint = Address(_grpc) }, http = new { endpoint = Address(_http) } } } },
            exporters = exporters.ToDictionary(name => name, _ => new { encoding = "json" }, StringComparer.Ordinal),
            service = new { telemetry = new { metrics = new { readers = new[] { reader } } } },
        });
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
