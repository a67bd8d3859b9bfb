using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.State;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HealthAgent.Telemetry;

/// <summary>Where telemetry goes: Prometheus always, OTLP for each signal that the standard <c>OTEL_*</c> variables give an endpoint.</summary>
internal static class TelemetrySetup
{
    private static readonly string[] Signals = ["", "METRICS_", "TRACES_", "LOGS_"];

    /// <summary>Registers instruments and exporters, with room for all checks of the plan. Resource attributes of the environment win over its labels.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, AgentPlan plan, string version)
    {
        builder.Services.AddSingleton<AgentEvents>();
        builder.Services.AddSingleton<IStateListener, RunTelemetry>();

        var environment = builder.Configuration;
        void Describe(ResourceBuilder resource) => resource
            .AddService("health-agent", serviceVersion: version)
            .AddAttributes(plan.Labels.Select(label => new KeyValuePair<string, object>(label.Key, label.Value)))
            .AddEnvironmentVariableDetector();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(services => new MetricsPipeline(services, plan, metrics =>
        {
            metrics.ConfigureResource(Describe);
            // They name traces; where none are sent, the room for them would be half of all that the agent needs.
            metrics.SetExemplarFilter(Exports(environment, "TRACES") ? ExemplarFilterType.TraceBased : ExemplarFilterType.AlwaysOff);
            if (Exports(environment, "METRICS"))
            {
                metrics.AddOtlpExporter(options => Apply(environment, "METRICS", "metrics", options));
            }
        }));
        builder.Services.AddHostedService(services => services.GetRequiredService<MetricsPipeline>());
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(Describe);
        if (Exports(environment, "TRACES"))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(Names.Source)
                .AddHttpClientInstrumentation()
                .AddNpgsql()
                .AddOtlpExporter(options => Apply(environment, "TRACES", "traces", options)));
        }

        if (Exports(environment, "LOGS"))
        {
            telemetry.WithLogging(
                logs => logs.AddOtlpExporter(options => Apply(environment, "LOGS", "logs", options)),
                options => options.IncludeFormattedMessage = true);
        }
    }

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
    }

    /// <summary>Whether a signal is to be sent: there is an endpoint, and nobody said <c>none</c>.</summary>
    private static bool Exports(IConfiguration environment, string signal) =>
        (environment[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] ?? environment["OTEL_EXPORTER_OTLP_ENDPOINT"]) is { Length: > 0 }
        && environment[$"OTEL_{signal}_EXPORTER"] is not "none"
        && environment["OTEL_SDK_DISABLED"] is not "true";

    /// <summary>
    /// Applies a signal's own variables, which the exporter reads only when one call sets up all signals alike;
    /// then a signal without an endpoint would go to a collector that nobody named.
    /// </summary>
    private static void Apply(IConfiguration environment, string signal, string path, OtlpExporterOptions options)
    {
        string? Own(string name) => environment[$"OTEL_EXPORTER_OTLP_{signal}_{name}"] is { Length: > 0 } value ? value : null;

        if (Own("PROTOCOL") is { } protocol)
        {
            options.Protocol = protocol == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        }

        if (Own("ENDPOINT") is { } endpoint)
        {
            options.Endpoint = new Uri(endpoint);
        }
        else if (options.Protocol == OtlpExportProtocol.HttpProtobuf)
        {
            options.Endpoint = new Uri($"{environment["OTEL_EXPORTER_OTLP_ENDPOINT"]!.TrimEnd('/')}/v1/{path}");
        }

        options.Headers = Own("HEADERS") ?? options.Headers;
        if (int.TryParse(Own("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout))
        {
            options.TimeoutMilliseconds = timeout;
        }
    }
}
