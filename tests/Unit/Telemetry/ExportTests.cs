using System.Net;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace HealthAgent.Unit.Telemetry;

/// <summary>Export to an unavailable or failing collector.</summary>
public sealed class ExportTests : Exporting
{
    // Long enough for an attempt that is answered, on a busy machine too.
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("503", "unexpected_status")]
    [InlineData("429", "resource_exhausted")]
    [InlineData("502", "unexpected_status")]
    [InlineData("504", "timeout")]
    [InlineData("grpc 14", "connection_failed")]
    [InlineData("grpc 4", "timeout")]
    [InlineData("hang", "timeout", 1)]
    [InlineData("reset", "protocol")]
    public async Task Logs_WhileTheCollectorIsUnwell_AreSentAgainUntilItTakesThem(string trouble, string errorType, int times = 3)
    {
        AttemptTimeout = trouble == "hang" ? Hanging : AttemptTimeout;
        await using var collector = await ScriptedCollector.StartAsync(Enumerable.Repeat(trouble, times));
        using var meters = new MeterReading(this);

        using var response = await RunAsync(SendAsync(collector.Url, "an event"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (Health.FailingFor, Health.Trouble).ShouldBe((TimeSpan.Zero, null));
        collector.Received.ShouldBe(Enumerable.Repeat("an event", times + 1));
        Own(meters, Names.Metrics.ExportFailures)
            .ShouldBe(["health_agent.export.signal=logs 0", $"error.type={errorType} health_agent.export.signal=logs {times}"]);
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
        var line = Log.Records.ShouldHaveSingleItem();
        line.Level.ShouldBe(LogLevel.Warning);
        line.Message.ShouldStartWith($"OTLP export of logs to http://127.0.0.1:{port} failed: Connection refused; ");

        Lifetime.StopApplication();
        await Should.ThrowAsync<IOException>(sending);
    }

    [Fact]
    public async Task Collector_SayingWhatItLikes_WritesNoControlCharactersAndNoUserIntoTheLog()
    {
        await using var collector = TcpTarget.Saying("HTTP/1.1 402 no\u001b[2Jway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var client = new HttpClient(
            new ExportHandler(new HttpClient { Timeout = AttemptTimeout }, ExportSignals.Metrics, isPatient: false, Status, Clock));

        using var response = await client.PostAsync(
            new Uri($"http://ada:hunter2@127.0.0.1:{collector.Port}/v1"), new StringContent("a metric"),
            TestContext.Current.CancellationToken);

        Health.Trouble.ShouldBe("metrics: the collector returned 402 no\ufffd[2Jway");
        Log.Records.ShouldHaveSingleItem().Message.ShouldStartWith(
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
    public async Task Logs_OfABatchThatIsRefused_AreCountedAsLost()
    {
        await using var collector = await ScriptedCollector.StartAsync("400");
        Status.Expect(ExportSignals.Logs);
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(otel => otel.AddOtlpExporter(options =>
        {
            options.Endpoint = collector.Url;
            options.HttpClientFactory = () =>
                new HttpClient(new ExportHandler(new HttpClient(), ExportSignals.Logs, isPatient: true, Status, Clock));
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
        AttemptTimeout = Hanging;
        await using var collector = await ScriptedCollector.StartAsync("hang");
        Lifetime.StopApplication();

        await Should.ThrowAsync<IOException>(SendAsync(collector.Url, "an event"));
        var metrics = await Should.ThrowAsync<IOException>(SendAsync(collector.Url, "a metric", ExportSignals.Metrics));

        metrics.Message.ShouldBe("agent is stopping and the collector does not respond");
        collector.Received.ShouldBe(["an event"]);
    }

    [Fact]
    public async Task Signals_WhenTheAgentStops_AreSentThoughTheCollectorRefusesAnother()
    {
        await using var collector = await ScriptedCollector.StartAsync("503");
        Lifetime.StopApplication();

        (await SendAsync(collector.Url, "an event")).Dispose();
        (await SendAsync(collector.Url, "a metric", ExportSignals.Metrics)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
