using System.Diagnostics.Metrics;
using HealthAgent.Planning;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HealthAgent.Agent.Telemetry.Metrics;

/// <summary>
/// The metrics of one set of checks: its meter, and what collects it. OpenTelemetry never forgets a series by itself, so
/// that of a check that is gone goes with the whole generation.
/// </summary>
internal sealed class MetricsGeneration
{
    /// <summary>The runtime's own meter: processor time, memory, garbage collection, threads.</summary>
    private const string Runtime = "System.Runtime";

    // Compressed, of some 5 MB of text: below it, what the exporter outgrows is not worth a pause.
    private const int Large = 256 * 1024;

    private readonly MeterProvider _provider;
    private readonly RequestDelegate _serve;
    private readonly HashSet<string> _formats = new(StringComparer.Ordinal);

    // The pipeline holds one, and so does every scrape: what is being scraped must not be disposed.
    private int _references = 1;

    public MetricsGeneration(IServiceProvider services, Meter meter, AgentPlan plan, Action<MeterProviderBuilder> configure)
    {
        Meter = meter;
        var limits = CardinalityLimits.For(plan);
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(own => own.AddSingleton(services.GetRequiredService<IConfiguration>()))
            .AddMeter(Names.Source)
            .AddMeter(Runtime)
            // Disposed before the last export, so that a generation that ends never speaks of the checks of the next.
            .AddInstrumentation(meter)
            // Meters are heard by name, and that of another generation has the same.
            .AddView(instrument => instrument.Meter.Name == Runtime
                // Prometheus keeps names with this ending for histograms.
                ? instrument.Name.EndsWith(".count", StringComparison.Ordinal)
                    && !instrument.Name.Contains("thread_pool", StringComparison.Ordinal)
                    ? MetricStreamConfiguration.Drop
                    : null
                : ReferenceEquals(instrument.Meter, meter)
                    ? new MetricStreamConfiguration { CardinalityLimit = limits.Of(instrument.Name) }
                    : MetricStreamConfiguration.Drop)
            .AddPrometheusExporter(prometheus =>
            {
                prometheus.ScopeInfoEnabled = false;
                // Those who ask share answers among them, see Scrapes.
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            });
        configure(builder);
        _provider = builder.Build();
        _serve = new ApplicationBuilder(services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(_provider, _ => true, null, null, null)
            .Build();
    }

    /// <summary>The meter that is collected.</summary>
    public Meter Meter { get; }

    /// <summary>Answers a scrape; false when it is too late, and the next generation is to be asked.</summary>
    public async Task<bool> TryServeAsync(HttpContext context)
    {
        if (!TryEnter())
        {
            return false;
        }

        try
        {
            await _serve(context);
            ReleaseOutgrown(context.Response);
            return true;
        }
        finally
        {
            _ = LeaveAsync();
        }
    }

    /// <summary>
    /// Leaves it, the last to do so taking it apart. That exports what is left, and may take seconds with a collector that
    /// does not answer.
    /// </summary>
    public Task LeaveAsync() => Interlocked.Decrement(ref _references) == 0 ? Task.Run(_provider.Dispose) : Task.CompletedTask;

    /// <summary>
    /// The first time that it writes a format, the exporter doubles its buffer until the text has room, and then keeps it. The buffers that
    /// it outgrew are larger than the text together; left alone, they stay in memory for minutes.
    /// </summary>
    private void ReleaseOutgrown(HttpResponse written)
    {
        if (_formats.Add(written.ContentType ?? "") && written.Body.Length > Large)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        }
    }

    private bool TryEnter()
    {
        for (var references = Volatile.Read(ref _references); references > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }
}
