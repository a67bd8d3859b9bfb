using System.Globalization;
using System.Net;
using System.Text.Json;

namespace HealthAgent.Integration.Support;

/// <summary>A real collector with the repository's configuration, on its own ports, forwarding JSON.</summary>
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

    /// <summary>Its OTLP/gRPC address.</summary>
    public string Grpc => $"http://{Address(_grpc)}";

    /// <summary>Its OTLP/HTTP address.</summary>
    public string Http => $"http://{Address(_http)}";

    /// <summary>Starts a collector with <c>otel-collector.yaml</c> that forwards all signals to one sink.</summary>
    public static Task<Collector> StartAsync(OtlpJsonSink sink) => StartAsync(
        ["otel-collector.yaml"], ["otlp_http"], ("OTELCOL_EXPORTERS", "[debug, otlp_http]"), ("OTELCOL_FORWARD_ENDPOINT", sink.Endpoint));

    /// <summary>Starts a collector with several files of the repository; the named exporters use JSON.</summary>
    public static async Task<Collector> StartAsync(
        IEnumerable<string> files, IEnumerable<string> exporters, params IEnumerable<(string Name, string Value)> environment)
    {
        var collector = new Collector(files, exporters, environment);
        await collector.StartAsync();
        return collector;
    }

    /// <summary>Starts it again at the same addresses.</summary>
    public async Task StartAsync()
    {
        var process = ChildProcess.Start(TestEnvironment.Collector, _arguments, directory: null, _environment);
        _process = process;
        await Eventually.TrueAsync(
            async () => (Answers: await AnswersAsync(), process.Output), seen => seen.Answers, "the collector answers");
    }

    /// <summary>Kills it by SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = null;
    }

    /// <summary>Freezes it: connections stay open without responses.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    /// <summary>Resumes it.</summary>
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

    /// <summary>The test's changes to the configuration: ports, and JSON encoding. JSON is YAML.</summary>
    private string Overlay(IEnumerable<string> exporters)
    {
        var reader = new { pull = new { exporter = new { prometheus = new { host = "127.0.0.1", port = Containers.FreePort() } } } };
        return JsonSerializer.Serialize(new
        {
            receivers = new { otlp =
                new { protocols = new { grpc = new { endpoint = Address(_grpc) }, http = new { endpoint = Address(_http) } } } },
            exporters = exporters.ToDictionary(name => name, _ => new { encoding = "json" }, StringComparer.Ordinal),
            service = new { telemetry = new { metrics = new { readers = new[] { reader } } } },
        });
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
