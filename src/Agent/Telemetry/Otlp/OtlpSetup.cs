using System.Globalization;
using OpenTelemetry.Exporter;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>Applies the standard <c>OTEL_*</c> variables to a signal.</summary>
internal static class OtlpSetup
{
    // The longest timeout of HttpClient, used as none.
    private static readonly TimeSpan NoTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    // So that the attempt's timeout, which is reported, fires first.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Whether a signal is exported: it has an endpoint, and its exporter is <c>otlp</c>, the default.</summary>
    public static bool Exports(IConfiguration environment, string signal) =>
        (Own(environment, signal, "ENDPOINT") ?? General(environment, "ENDPOINT")) is not null
        && (Written(environment, $"OTEL_{signal.ToUpperInvariant()}_EXPORTER") is not { } exporters
            || OtlpVariables.List(exporters).Contains(OtlpVariables.Otlp, StringComparer.Ordinal))
        && !(bool.TryParse(environment["OTEL_SDK_DISABLED"], out var disabled) && disabled);

    /// <summary>
    /// Applies the variables of one signal and sets its transport. The exporter reads them only when one call sets up all signals, and
    /// would
    /// then export signals without an endpoint to its default.
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
            options.Endpoint = new Uri(
                options.Protocol == OtlpExportProtocol.HttpProtobuf ? $"{general.TrimEnd('/')}/v1/{signal}" : general);
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

    private static string? Own(IConfiguration environment, string signal, string name) =>
        General(environment, $"{signal.ToUpperInvariant()}_{name}");

    private static string? General(IConfiguration environment, string name) => Written(environment, $"OTEL_EXPORTER_OTLP_{name}");

    // An empty variable counts as unset.
    private static string? Written(IConfiguration environment, string variable) =>
        environment[variable] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static void SendThroughHandler(
        OtlpExporterOptions options, string signal, IServiceProvider services, Func<string, string?> setting)
    {
        var status = services.GetRequiredService<ExportStatus>();
        var clock = services.GetRequiredService<TimeProvider>();
        // With retry on disk, OpenTelemetry retries itself.
        var isPatient = signal != ExportSignals.Metrics && services.GetRequiredService<IConfiguration>()[OtlpVariables.Retry] is not "disk";
        status.Expect(signal);
#pragma warning disable CA2000 // The exporter disposes of the client, and the client of the handler.
        options.HttpClientFactory = () =>
        {
            var inner = new HttpClient(OtlpConnections.Handler(setting, clock))
            {
                Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds),
            };
            return new HttpClient(new ExportHandler(inner, signal, isPatient, status, clock))
            {
                Timeout = isPatient ? NoTimeout : inner.Timeout + Margin,
            };
        };
#pragma warning restore CA2000
    }
}
