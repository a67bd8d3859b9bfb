using System.Globalization;
using System.Net;
using System.Text.Json;

namespace HealthAgent.Integration.Support;

/// <summary>A real collector with the repository's own configuration, on ports of its own, that forwards to a sink in JSON.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly OtlpJsonSink _sink;
    private readonly HttpClient _client = new();
    private readonly int _grpc = Containers.FreePort();
    private readonly int _http = Containers.FreePort();
    private readonly int _metrics = Containers.FreePort();
    private ChildProcess? _process;

    private Collector(OtlpJsonSink sink) => _sink = sink;

    /// <summary>Where it takes OTLP over gRPC.</summary>
    public string Grpc => Url(_grpc);

    /// <summary>Where it takes OTLP over HTTP.</summary>
    public string Http => Url(_http);

    /// <summary>All that the running one printed.</summary>
    public string Output => _process?.Output ?? "";

    public static async Task<Collector> StartAsync(OtlpJsonSink sink)
    {
        var collector = new Collector(sink);
        await collector.StartAsync();
        return collector;
    }

    /// <summary>Starts it, once more on the same ports after it was killed.</summary>
    public async Task StartAsync()
    {
        var overlay = JsonSerializer.Serialize(new
        {
            receivers = new { otlp = new { protocols = new { grpc = new { endpoint = Address(_grpc) }, http = new { endpoint = Address(_http) } } } },
            exporters = new { otlp_http = new { encoding = "json" } },
            service = new { telemetry = new { metrics = new { readers = new[] { new { pull = new { exporter = new { prometheus = new { host = "127.0.0.1", port = _metrics } } } } } } } },
        });
        _process = ChildProcess.Start(
            TestEnvironment.Collector,
            [$"--config={Repository.PathOf("otel-collector.yaml")}", $"--config=yaml:{overlay}"],
            directory: null,
            ("OTELCOL_EXPORTERS", "[debug, otlp_http]"), ("OTELCOL_FORWARD_ENDPOINT", _sink.Endpoint));
        await Eventually.TrueAsync(AnswersAsync, answers => answers, $"the collector answers: {_process.Output}");
    }

    /// <summary>Ends it as a lack of memory would: by SIGKILL, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = null;
    }

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

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static string Url(int port) => $"http://{Address(port)}";
}
