using HealthAgent.Agent.Logging;
using HealthAgent.Agent.Telemetry.Metrics;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Agent.Telemetry.Traces;
using HealthAgent.Instruments;
using HealthAgent.Planning;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HealthAgent.Agent.Telemetry;

/// <summary>
/// Exports telemetry: always to Prometheus, and by OTLP for each signal with an endpoint in the standard <c>OTEL_*</c> variables.
/// </summary>
internal static class TelemetrySetup
{
    /// <summary>Registers instruments and exporters for the plan. Resource attributes of the environment override its labels.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, AgentPlan plan, string version)
    {
        builder.Services.AddSingleton<ExportStatus>();
        builder.Services.AddSingleton<IMetricsSource>(services => services.GetRequiredService<ExportStatus>());
        builder.Services.TryAddSingleton<ConsoleDrops>();
        builder.Services.AddSingleton<IMetricsSource>(services => services.GetRequiredService<ConsoleDrops>());

        var environment = builder.Configuration;
        void Describe(ResourceBuilder resource) => resource
            .AddService("health-agent", serviceVersion: version)
            .AddDetector(new AgentResource(name => environment[name], "/proc"))
            .AddAttributes(plan.Labels.Select(label => new KeyValuePair<string, object>(label.Key, label.Value)))
            .AddEnvironmentVariableDetector();
        builder.Services.AddSingleton(services => new MetricsPipeline(
            services,
            services.GetRequiredService<AgentMeter>(),
            services.GetRequiredService<AgentPlan>(),
            metrics =>
            {
                metrics.ConfigureResource(Describe);
                // Exemplars refer to traces; without traces, their reservoirs would be half of the agent's memory.
                metrics.SetExemplarFilter(
                    OtlpSetup.Exports(environment, ExportSignals.Traces) ? ExemplarFilterType.TraceBased : ExemplarFilterType.AlwaysOff);
                if (OtlpSetup.Exports(environment, ExportSignals.Metrics))
                {
                    metrics.AddOtlpExporter(options => OtlpSetup.Apply(options, ExportSignals.Metrics, services));
                }
            }));
        builder.Services.AddSingleton<IPlanListener>(services => services.GetRequiredService<MetricsPipeline>());
        builder.Services.AddHostedService(services => services.GetRequiredService<MetricsPipeline>());
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(Describe);
        if (OtlpSetup.Exports(environment, ExportSignals.Traces))
        {
            builder.Services.AddOptions<OtlpExporterOptions>(ExportSignals.Traces)
                .Configure<IServiceProvider>((options, services) => OtlpSetup.Apply(options, ExportSignals.Traces, services));
            telemetry.WithTracing(traces => AddTraces(traces, plan.Kinds.TraceSources, environment));
        }

        if (OtlpSetup.Exports(environment, ExportSignals.Logs))
        {
            builder.Services.AddOptions<OtlpExporterOptions>(ExportSignals.Logs)
                .Configure<IServiceProvider>((options, services) => OtlpSetup.Apply(options, ExportSignals.Logs, services));
            builder.Services.AddOptions<LogRecordExportProcessorOptions>(ExportSignals.Logs)
                .Configure<AgentPlan>((options, whole) => HurryLogs(options, whole, environment));
            telemetry.WithLogging(
                logs => logs.AddOtlpExporter(ExportSignals.Logs, configureExporter: null),
                options => options.IncludeFormattedMessage = true);
        }
    }

    private static void AddTraces(TracerProviderBuilder traces, string[] drivers, IConfiguration environment)
    {
        traces.AddSource([Names.Source, .. drivers]).AddHttpClientInstrumentation();
        if (TraceSampling.ShareOf(name => environment[name]) is { } share)
        {
            traces.SetSampler(new TraceSampling(share))
                .AddProcessor(services => new RedactionProcessor(new TailSamplingProcessor(Batches(services))));
        }
        else
        {
            traces.AddProcessor(services => new RedactionProcessor(Batches(services)));
        }
    }

    /// <summary>The processor that <c>AddOtlpExporter</c> adds, to be chained behind another.</summary>
    private static BatchActivityExportProcessor Batches(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsMonitor<OtlpExporterOptions>>().Get(ExportSignals.Traces);
        var batches = options.BatchExportProcessorOptions;
        return new(
            new OtlpTraceExporter(options), batches.MaxQueueSize, batches.ScheduledDelayMilliseconds,
            batches.ExporterTimeoutMilliseconds, batches.MaxExportBatchSize);
    }

    /// <summary>Unless configured: queue room for one more event per check, since all may change at once, and a short delay.</summary>
    private static void HurryLogs(LogRecordExportProcessorOptions options, AgentPlan plan, IConfiguration environment)
    {
        if (environment["OTEL_BLRP_MAX_QUEUE_SIZE"] is not { Length: > 0 })
        {
            options.BatchExportProcessorOptions.MaxQueueSize += plan.Checks.Count;
        }

        if (environment["OTEL_BLRP_SCHEDULE_DELAY"] is not { Length: > 0 })
        {
            // The specification's default; the library's is five seconds.
            options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 1000;
        }
    }
}
