using System.Globalization;
using OpenTelemetry.Exporter;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>How the standard <c>OTEL_*</c> variables apply to a signal.</summary>
internal static class OtlpSetup
{
    // HttpClient takes no longer one; here it stands for none.
    private static readonly TimeSpan NoTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    // So that it is the attempt that ends at its timeout, which is told, and not what is around it.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Whether a signal is to be sent: there is an endpoint, and its exporter is <c>otlp</c>, as it is unless somebody chose.</summary>
    public static bool Exports(IConfiguration environment, string signal) =>
        (Own(environment, signal, "ENDPOINT") ?? General(environment, "ENDPOINT")) is not null
        && (Written(environment, $"OTEL_{signal.ToUpperInvariant()}_EXPORTER") is not { } exporters || OtlpVariables.List(exporters).Contains(OtlpVariables.Otlp, StringComparer.Ordinal))
        && !(bool.TryParse(environment["OTEL_SDK_DISABLED"], out var disabled) && disabled);

    /// <summary>
    /// Applies a signal's own variables, which the exporter reads only when one call sets up all signals alike;
    /// then a signal without an endpoint would go to a collector that nobody named. And sets what it sends through.
    /// </summary>
    public static void Apply(OtlpExporterOptions options, string signal, IServiceProvider services)
    {
        var environment = services.GetRequiredService<IConfiguration>();
        options.Protocol = (Own(environment, signal, "PROTOCOL") ?? General(environment, "PROTOCOL")) == OtlpVariables.HttpProtobuf
            ? OtlpExportProtocol.HttpProtobuf
            : OtlpExportProtocol.Grpc;
        if (Own(environment, signal, "ENDPOINT") is { } endpoint)
        {
            options.Endpoint = new Uri(endpoint);
        }
        else
        {
            var general = General(environment, "ENDPOINT")!;
            options.Endpoint = new Uri(options.Protocol == OtlpExportProtocol.HttpProtobuf ? $"{general.TrimEnd('/')}/v1/{signal}" : general);
        }

        options.Headers = Own(environment, signal, "HEADERS") ?? options.Headers;
        if (int.TryParse(Own(environment, signal, "TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout))
        {
            options.TimeoutMilliseconds = timeout;
        }

        if (Own(environment, signal, "COMPRESSION") is { } compression)
        {
            options.Compression = compression == OtlpVariables.Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        }

        SendThroughHandler(options, signal, services, name => Own(environment, signal, name) ?? General(environment, name));
    }

    private static string? Own(IConfiguration environment, string signal, string name) => General(environment, $"{signal.ToUpperInvariant()}_{name}");

    private static string? General(IConfiguration environment, string name) => Written(environment, $"OTEL_EXPORTER_OTLP_{name}");

    // Empty is as good as not set.
    private static string? Written(IConfiguration environment, string variable) => environment[variable] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static void SendThroughHandler(OtlpExporterOptions options, string signal, IServiceProvider services, Func<string, string?> setting)
    {
        var status = services.GetRequiredService<ExportStatus>();
        var clock = services.GetRequiredService<TimeProvider>();
        // What is kept on disk is for OpenTelemetry to send again.
        var isPatient = signal != ExportSignals.Metrics && services.GetRequiredService<IConfiguration>()[OtlpVariables.Retry] is not "disk";
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
