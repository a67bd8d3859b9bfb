using System.Globalization;
using OpenTelemetry.Exporter;

namespace HealthAgent.Telemetry;

/// <summary>How the standard <c>OTEL_*</c> variables apply to a signal.</summary>
internal static class OtlpSetup
{
    private const string Retry = "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", RetryPath = "OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH";

    private static readonly string[] Signals = ["", "METRICS_", "TRACES_", "LOGS_"];

    // HttpClient takes no longer one; here it stands for none.
    private static readonly TimeSpan NoTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    // So that it is the attempt that ends at its timeout, which is told, and not what is around it.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Endpoints that are none, with what to write; the exporter would take its default instead, and tell nobody.</summary>
    public static IEnumerable<(string Variable, string Message)> FindMistakes(Func<string, string?> environment)
    {
        foreach (var variable in Signals.Select(signal => $"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"))
        {
            if (environment(variable) is { Length: > 0 } value && !(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")))
            {
                yield return (variable, $"'{value}' is not a URL; write http://HOST:4317 for gRPC, or http://HOST:4318 with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
            }
        }

        if (environment(Retry) is { Length: > 0 } retry && retry is not ("disk" or "in_memory"))
        {
            yield return (Retry, $"'{retry}' is not a way to retry; write disk, or leave it out: events and spans wait in memory");
        }
        else if (environment(Retry) is "disk" && environment(RetryPath) is not { Length: > 0 })
        {
            yield return (RetryPath, "is not set; write the path of a folder that the agent may write to");
        }

        foreach (var mistake in Signals.SelectMany(signal => OtlpConnections.FindMistakes($"OTEL_EXPORTER_OTLP_{signal}", environment))
            .Concat(TraceSampling.FindMistakes(environment)))
        {
            yield return mistake;
        }
    }

    /// <summary>Whether a signal is to be sent: there is an endpoint, and nobody said <c>none</c>.</summary>
    public static bool Exports(IConfiguration environment, string signal) =>
        (environment[$"OTEL_EXPORTER_OTLP_{signal.ToUpperInvariant()}_ENDPOINT"] ?? environment["OTEL_EXPORTER_OTLP_ENDPOINT"]) is { Length: > 0 }
        && environment[$"OTEL_{signal.ToUpperInvariant()}_EXPORTER"] is not "none"
        && environment["OTEL_SDK_DISABLED"] is not "true";

    /// <summary>
    /// Applies a signal's own variables, which the exporter reads only when one call sets up all signals alike;
    /// then a signal without an endpoint would go to a collector that nobody named. And sets what it sends through.
    /// </summary>
    public static void Apply(OtlpExporterOptions options, string signal, IServiceProvider services)
    {
        var environment = services.GetRequiredService<IConfiguration>();
        string? Own(string name) => environment[$"OTEL_EXPORTER_OTLP_{signal.ToUpperInvariant()}_{name}"] is { Length: > 0 } value ? value : null;
        string? General(string name) => environment[$"OTEL_EXPORTER_OTLP_{name}"] is { Length: > 0 } value ? value : null;

        if ((Own("PROTOCOL") ?? General("PROTOCOL")) is { } protocol)
        {
            options.Protocol = protocol == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        }

        if (Own("ENDPOINT") is { } endpoint)
        {
            options.Endpoint = new Uri(endpoint);
        }
        else
        {
            var general = General("ENDPOINT")!;
            options.Endpoint = new Uri(options.Protocol == OtlpExportProtocol.HttpProtobuf ? $"{general.TrimEnd('/')}/v1/{signal}" : general);
        }

        options.Headers = Own("HEADERS") ?? options.Headers;
        if (int.TryParse(Own("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout))
        {
            options.TimeoutMilliseconds = timeout;
        }

        SendThroughHandler(options, signal, services, name => Own(name) ?? General(name));
    }

    private static void SendThroughHandler(OtlpExporterOptions options, string signal, IServiceProvider services, Func<string, string?> setting)
    {
        var status = services.GetRequiredService<ExportStatus>();
        var clock = services.GetRequiredService<TimeProvider>();
        // What is kept on disk is for OpenTelemetry to send again.
        var isPatient = signal != ExportSignals.Metrics && services.GetRequiredService<IConfiguration>()[Retry] is not "disk";
        status.Expect(signal);
#pragma warning disable CA2000 // The exporter disposes of the client, and the client of the handler.
        options.HttpClientFactory = () =>
        {
            var inner = new HttpClient(OtlpConnections.Handler(setting, clock)) { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
            return new HttpClient(new ExportHandler(inner, signal, isPatient, status, clock)) { Timeout = isPatient ? NoTimeout : inner.Timeout + Margin };
        };
#pragma warning restore CA2000
    }
}
