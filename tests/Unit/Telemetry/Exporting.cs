using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Instruments;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Telemetry;

/// <summary>Sends what the agent exports, on a clock that tests move.</summary>
public abstract class Exporting : IAsyncDisposable
{
    private readonly Meter _meter;
    private readonly ServiceProvider _services;

    protected FakeTimeProvider Clock { get; } = new();

    /// <summary>How long an attempt may take, on the machine's clock: by default far longer than any does.</summary>
    protected TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    private protected CapturedLog Log { get; } = new();

    protected Exporting()
    {
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log))
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<IHostApplicationLifetime, ApplicationLifetime>()
            .AddSingleton<ExportHealth>()
            .AddSingleton<ExportStatus>()
            .BuildServiceProvider();
        _meter = new Meter(new MeterOptions(Names.Source) { Scope = this });
        Status.PublishOn(_meter);
    }

    protected IHostApplicationLifetime Lifetime => _services.GetRequiredService<IHostApplicationLifetime>();

    private protected ExportStatus Status => _services.GetRequiredService<ExportStatus>();

    private protected ExportHealth Health => _services.GetRequiredService<ExportHealth>();

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<HttpResponseMessage> SendAsync(Uri url, string body, string signal = ExportSignals.Logs)
    {
        Status.Expect(signal);
        using var client = new HttpClient(
            new ExportHandler(new HttpClient { Timeout = AttemptTimeout }, signal, signal != ExportSignals.Metrics, Status, Clock));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await client.SendAsync(request);
    }

    /// <summary>Advances the clock until a task completes.</summary>
    protected async Task<T> RunAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        return await task;
    }

    protected async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }

    private protected static IEnumerable<string> Own(MeterReading meters, string instrument) =>
        meters.Read().Where(one => one.Instrument == instrument)
        .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Own} {one.Value}"));
}
