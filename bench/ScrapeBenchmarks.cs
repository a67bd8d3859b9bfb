using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using HealthAgent.Agent.Telemetry.Metrics;
using HealthAgent.Instruments;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HealthAgent.Benchmarks;

/// <summary>
/// What a scrape costs, beside what OpenTelemetry's exporter alone takes for the same series: the same instruments, each
/// giving measurements that were made once.
/// </summary>
[MemoryDiagnoser]
public class ScrapeBenchmarks : IDisposable
{
    private readonly RunTelemetry _runs = new(new AgentEvents(NullLoggerFactory.Instance));
    private MetricsGeneration _agent = null!;
    private RequestDelegate _exporter = null!;
    private MeterProvider _provider = null!;
    private Meter _copy = null!;
    private WebApplication _host = null!;

    [Params(100, 10_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(Checks.Store(Count)).AddSingleton(TimeProvider.System).AddSingleton<SchedulerPulse>()
            .AddSingleton<IMetricsSource, SnapshotMetrics>().AddSingleton<IMetricsSource>(_runs);
        _host = builder.Build();
        var plan = Checks.Agent(Count);
        var meter = new AgentMeter(_host.Services.GetRequiredService<StateStore>(), _host.Services.GetServices<IMetricsSource>());
        meter.Begin();
        _agent = new MetricsGeneration(_host.Services, meter.Current!, plan, static _ => { });
        _copy = new Meter("copy");
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_copy.Name, "System.Runtime")
            .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = 100_000 })
            .AddPrometheusExporter(prometheus =>
            {
                prometheus.ScopeInfoEnabled = false;
                // Without its cache each scrape is written, as with the agent's.
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            }).Build();
        var histogram = RunTelemetry.CreateDuration(_copy);
        foreach (var check in plan.Checks)
        {
            _runs.OnRecorded(
                CheckState.Initial(check, default), new CompletedRun(0, Checks.Outcome(passed: true), Span: null), transition: null);
            histogram.Record(0.0123, AttributeSets.With(check.Attributes));
        }

        CopyObservables();
        _exporter = new ApplicationBuilder(_host.Services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(_provider, _ => true, null, null, null).Build();
    }

    [Benchmark(Baseline = true, Description = "the exporter, as many series")]
    public Task<long> Exporter() => ScrapeAsync(context => _exporter(context));

    [Benchmark(Description = "the agent")]
    public Task<long> Agent() => ScrapeAsync(context => _agent.TryServeAsync(context));

    [GlobalCleanup]
    public void Dispose()
    {
        _provider.Dispose();
        _copy.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task<long> ScrapeAsync(Func<HttpContext, Task> scrape)
    {
        using var body = new CountingStream();
        var context = new DefaultHttpContext { Request = { Method = "GET" }, Response = { Body = body } };
        await scrape(context);
        return body.Written;
    }

    /// <summary>Takes what the agent's own meter measures now, and lets the other measure just that for ever.</summary>
    private void CopyObservables()
    {
        var measured = new Dictionary<Instrument, List<Measurement<double>>>();
        using var listener = new MeterListener();
        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state = null) =>
            measured[instrument].Add(new(value, tags));
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Meter.Name == Names.Source && instrument.IsObservable)
            {
                measured[instrument] = [];
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>(Add);
        listener.Start();
        listener.RecordObservableInstruments();
        foreach (var (instrument, series) in measured)
        {
            var prebuilt = series.ToArray();
            if (instrument is ObservableCounter<long>)
            {
                _copy.CreateObservableCounter(instrument.Name, () => prebuilt, instrument.Unit, instrument.Description);
            }
            else
            {
                _copy.CreateObservableGauge(instrument.Name, () => prebuilt, instrument.Unit, instrument.Description);
            }
        }
    }

    /// <summary>Takes what is written, and keeps its length alone.</summary>
    private sealed class CountingStream : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Written;

        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Written += count;
    }
}
