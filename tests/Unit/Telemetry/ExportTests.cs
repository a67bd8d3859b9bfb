using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Instruments;
using HealthAgent.Unit.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Logs;

namespace HealthAgent.Unit.Telemetry;

/// <summary>Export to an unavailable or failing collector.</summary>
public sealed class ExportTests : IAsyncDisposable
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _clock = new();
    private readonly CapturedLog _log = new();
    private readonly Meter _meter;
    private readonly ServiceProvider _services;

    public ExportTests()
    {
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(_log))
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<IHostApplicationLifetime, ApplicationLifetime>()
            .AddSingleton<ExportHealth>()
            .AddSingleton<ExportStatus>()
            .BuildServiceProvider();
        _meter = new Meter(new MeterOptions(Names.Source) { Scope = this });
        Status.PublishOn(_meter);
    }

    private ExportStatus Status => _services.GetRequiredService<ExportStatus>();

    private ExportHealth Health => _services.GetRequiredService<ExportHealth>();

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData("503", "unexpected_status")]
    [InlineData("429", "resource_exhausted")]
    [InlineData("502", "unexpected_status")]
    [InlineData("504", "timeout")]
    [InlineData("grpc 14", "connection_failed")]
    [InlineData("grpc 4", "timeout")]
    [InlineData("hang", "timeout")]
    [InlineData("reset", "protocol")]
    public async Task Logs_WhileTheCollectorIsUnwell_AreSentAgainUntilItTakesThem(string trouble, string errorType)
    {
        await using var collector = await ScriptedCollector.StartAsync(Enumerable.Repeat(trouble, 3));
        using var meters = new MeterReading(this);

        using var response = await RunAsync(SendAsync(collector.Url, "an event"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (Health.FailingFor, Health.Trouble).ShouldBe((TimeSpan.Zero, null));
        collector.Received.ShouldBe(Enumerable.Repeat("an event", 4));
        Own(meters, Names.Metrics.ExportFailures)
            .ShouldBe(["health_agent.export.signal=logs 0", $"error.type={errorType} health_agent.export.signal=logs 3"]);
        Own(meters, Names.Metrics.ExportLost).ShouldBe(["health_agent.export.signal=logs 0"]);
    }

    [Fact]
    public async Task Logs_WithNobodyThere_AreKeptForAsLongAsItTakes()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        var sending = SendAsync(new Uri($"http://127.0.0.1:{port}"), "an event");
        await Eventually.Is(() => Health.Trouble is not null, "it fails");

        for (var minute = 0; minute < 10; minute++)
        {
            await PassAsync(TimeSpan.FromMinutes(1));
        }

        sending.IsCompleted.ShouldBeFalse();
        Health.FailingFor.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10));
        Health.Trouble.ShouldBe("logs: Connection refused");
        var line = _log.Records.ShouldHaveSingleItem();
        line.Level.ShouldBe(LogLevel.Warning);
        line.Message.ShouldStartWith($"OTLP export of logs to http://127.0.0.1:{port} failed: Connection refused; ");

        _services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Should.ThrowAsync<IOException>(sending);
    }

    [Fact]
    public async Task Collector_SayingWhatItLikes_WritesNoControlCharactersAndNoUserIntoTheLog()
    {
        await using var collector = TcpTarget.Saying("HTTP/1.1 402 no\u001b[2Jway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var client = new HttpClient(
            new ExportHandler(new HttpClient { Timeout = AttemptTimeout }, ExportSignals.Metrics, isPatient: false, Status, _clock));

        using var response = await client.PostAsync(
            new Uri($"http://ada:hunter2@127.0.0.1:{collector.Port}/v1"), new StringContent("a metric"),
            TestContext.Current.CancellationToken);

        Health.Trouble.ShouldBe("metrics: the collector returned 402 no\ufffd[2Jway");
        _log.Records.ShouldHaveSingleItem().Message.ShouldStartWith(
            $"OTLP export of metrics to http://127.0.0.1:{collector.Port} failed: the collector returned 402 no\ufffd[2Jway; ");
    }

    [Theory]
    [InlineData("400", "unexpected_status")]
    [InlineData("401", "authentication")]
    [InlineData("413", "resource_exhausted")]
    [InlineData("grpc 3", "unexpected_status")]
    [InlineData("grpc 8", "resource_exhausted")]
    [InlineData("grpc 16", "authentication")]
    public async Task Logs_ThatTheCollectorRefuses_AreGivenUpAtOnce(string answer, string errorType)
    {
        await using var collector = await ScriptedCollector.StartAsync(answer);
        using var meters = new MeterReading(this);

        using var response = await SendAsync(collector.Url, "an event");

        collector.Received.Count.ShouldBe(1);
        Own(meters, Names.Metrics.ExportFailures)
            .ShouldContain($"error.type={errorType} health_agent.export.signal=logs 1", StringComparer.Ordinal);
    }

    [Fact]
    public async Task Grpc_WhereHttp1IsSpoken_NamesTheProtocolToSet()
    {
        await using var server = await HttpTarget.AnsweringAsync("");

        await ShouldHintAsync(
            new Uri(server.Url),
            "application/grpc",
            HttpVersion.Version20,
            "; for OTLP over HTTP (port 4318), set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 mail.example ESMTP\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    public async Task Grpc_WhereSomethingElseIsSpoken_NamesTheProtocolToSet(string answer)
    {
        await using var server = TcpTarget.Saying(answer);

        await ShouldHintAsync(
            new Uri($"http://127.0.0.1:{server.Port}"), "application/grpc", HttpVersion.Version20,
            "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Theory]
    [InlineData("404")]
    [InlineData("415")]
    [InlineData("200")]
    public async Task Grpc_WhereHttp2IsSpokenWithoutGrpc_NamesTheProtocolToSet(string answer)
    {
        await using var collector = await ScriptedCollector.StartAsync(answer);

        await ShouldHintAsync(collector.Url, "application/grpc", HttpVersion.Version20, "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Fact]
    public async Task Http_WhereOnlyHttp2IsSpoken_NamesTheProtocolToSet()
    {
        await using var collector = await ScriptedCollector.StartAsync();

        await ShouldHintAsync(
            collector.Url,
            "application/x-protobuf",
            HttpVersion.Version11,
            "; for OTLP over gRPC (port 4317), set OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("503")]
    [InlineData("grpc 12")]
    [InlineData("hang")]
    public async Task Grpc_WhereACollectorIsUnwell_SpeaksOfNoOtherProtocol(string answer)
    {
        await using var collector = await ScriptedCollector.StartAsync(answer);

        (await TroubleAsync(collector.Url, "application/grpc", HttpVersion.Version20)).ShouldNotContain("OTEL_EXPORTER_OTLP_PROTOCOL");
    }

    [Fact]
    public async Task Logs_OfABatchThatIsRefused_AreCountedAsLost()
    {
        await using var collector = await ScriptedCollector.StartAsync("400");
        Status.Expect(ExportSignals.Logs);
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(otel => otel.AddOtlpExporter(options =>
        {
            options.Endpoint = collector.Url;
            options.HttpClientFactory = () =>
                new HttpClient(new ExportHandler(new HttpClient(), ExportSignals.Logs, isPatient: true, Status, _clock));
        }))))
        {
            var log = loggers.CreateLogger("test");
            Array.ForEach(["one", "two", "three"],
                line => log.Log(LogLevel.Information, 0, line, exception: null, static (text, _) => text));
        }

        using var meters = new MeterReading(this);
        Own(meters, Names.Metrics.ExportLost).ShouldBe(["health_agent.export.signal=logs 3"]);
    }

    [Fact]
    public async Task Metrics_ThatFail_AreNotSentAgain()
    {
        await using var collector = await ScriptedCollector.StartAsync("503");

        using var response = await SendAsync(collector.Url, "a metric", ExportSignals.Metrics);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        collector.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Logs_WithATimeToWait_AreSentAfterIt()
    {
        await using var collector = await ScriptedCollector.StartAsync("429 3");
        var sending = SendAsync(collector.Url, "an event");
        await Eventually.Is(() => Health.Trouble is not null, "it fails");

        await PassAsync(TimeSpan.Zero);

        await PassAsync(TimeSpan.FromSeconds(2.9));
        collector.Received.Count.ShouldBe(1);

        (await RunAsync(sending)).Dispose();
        collector.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Signals_WhenTheAgentStops_WaitOnceForACollectorThatDoesNotAnswer()
    {
        await using var collector = await ScriptedCollector.StartAsync("hang");
        _services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await Should.ThrowAsync<IOException>(SendAsync(collector.Url, "an event"));
        var metrics = await Should.ThrowAsync<IOException>(SendAsync(collector.Url, "a metric", ExportSignals.Metrics));

        metrics.Message.ShouldBe("agent is stopping and the collector does not respond");
        collector.Received.ShouldBe(["an event"]);
    }

    [Fact]
    public async Task Signals_WhenTheAgentStops_AreSentThoughTheCollectorRefusesAnother()
    {
        await using var collector = await ScriptedCollector.StartAsync("503");
        _services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await SendAsync(collector.Url, "an event")).Dispose();
        (await SendAsync(collector.Url, "a metric", ExportSignals.Metrics)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void Trouble_ThatComesAndGoes_IsLoggedOnceInAWhile()
    {
        for (var second = 0; second < 1000; second++)
        {
            Status.Failed(ExportSignals.Logs, ErrorType.Timeout, "no answer", "http://collector");
            _clock.Advance(TimeSpan.FromSeconds(1));
            Status.Succeeded(ExportSignals.Logs);
        }

        Health.FailingFor.ShouldBe(TimeSpan.Zero);
        _log.Records.Select(line => line.Message.Split(' ')[4])
            .ShouldBe(["to", "recovered", "to", "recovered", "to", "recovered", "to", "recovered"]);
    }

    [Fact]
    public void Counts_OnAnotherMeter_BeginAtZero()
    {
        Status.Expect(ExportSignals.Logs);
        Status.Failed(ExportSignals.Logs, ErrorType.Timeout, "no answer", "http://collector");
        using var next = new Meter(new MeterOptions(Names.Source) { Scope = _clock });

        Status.PublishOn(next);
        Status.Failed(ExportSignals.Logs, ErrorType.Timeout, "no answer", "http://collector");

        using var meters = new MeterReading(_clock);
        Own(meters, Names.Metrics.ExportFailures)
            .ShouldBe(["health_agent.export.signal=logs 0", "error.type=timeout health_agent.export.signal=logs 1"]);
    }

    private async Task ShouldHintAsync(Uri url, string mediaType, Version version, string hint) =>
        (await TroubleAsync(url, mediaType, version)).ShouldEndWith(hint);

    /// <summary>The reported failure of one attempt.</summary>
    private async Task<string> TroubleAsync(Uri url, string mediaType, Version version)
    {
        const string Signal = ExportSignals.Metrics;
        Status.Expect(Signal);
        using var client = new HttpClient(
            new ExportHandler(new HttpClient { Timeout = AttemptTimeout }, Signal, isPatient: false, Status, _clock));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new(mediaType) } },
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // No response.
        }

        return Health.Trouble.ShouldNotBeNull();
    }

    private async Task<HttpResponseMessage> SendAsync(Uri url, string body, string signal = ExportSignals.Logs)
    {
        Status.Expect(signal);
        using var client = new HttpClient(
            new ExportHandler(new HttpClient { Timeout = AttemptTimeout }, signal, signal != ExportSignals.Metrics, Status, _clock));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await client.SendAsync(request);
    }

    /// <summary>Advances the clock until a task completes.</summary>
    private async Task<T> RunAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        return await task;
    }

    private async Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }

    private static IEnumerable<string> Own(MeterReading meters, string instrument) =>
        meters.Read().Where(one => one.Instrument == instrument)
        .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Own} {one.Value}"));
}
