using System.Globalization;
using System.Net;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Telemetry;

/// <summary>A killed collector: acknowledged data is at the backend, and the agent retries the rest.</summary>
public sealed class CollectorOutageTests
{
    private static readonly TimeSpan Flow = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Collector_KilledUnderFlow_HasForwardedAllThatItAcknowledged()
    {
        await using var sink = await OtlpJsonSink.StartAsync();
        sink.Delay = TimeSpan.FromMilliseconds(5);
        await using var collector = await Collector.StartAsync(sink);
        using var sender = new OtlpSender(collector.Http);
        using var enough = new CancellationTokenSource();
        var sending = sender.SendLogsAsync(enough.Token);

        await Task.Delay(Flow, TimeProvider.System);
        await collector.KillAsync();
        await collector.StartAsync();
        await Task.Delay(Flow, TimeProvider.System);
        await enough.CancelAsync();
        await sending;

        sink.Logs.Count.ShouldBeGreaterThan(100, "there was a flow");
        ShouldHoldAll(sink, sender.Acknowledged);
    }

    [Fact]
    public async Task Collector_WhoseBackendRefuses_AcknowledgesNothing()
    {
        await using var sink = await OtlpJsonSink.StartAsync();
        sink.IsRefusing = true;
        await using var collector = await Collector.StartAsync(sink);
        using var sender = new OtlpSender(collector.Http);

        // Retryable for senders.
        (await sender.TrySendAsync("logs", OtlpSender.Log(0))).ShouldBe(HttpStatusCode.ServiceUnavailable);

        using var enough = new CancellationTokenSource();
        var sending = sender.SendLogsAsync(enough.Token);
        await Task.Delay(Flow, TimeProvider.System);
        await collector.KillAsync();
        sink.IsRefusing = false;
        await collector.StartAsync();
        await Task.Delay(Flow, TimeProvider.System);
        await enough.CancelAsync();
        await sending;

        ShouldHoldAll(sink, sender.Acknowledged);
    }

    /// <summary>All of it in order; once, but for the one whose acknowledgement the kill took away.</summary>
    private static void ShouldHoldAll(OtlpJsonSink sink, int acknowledged)
    {
        var arrived = sink.Logs.Select(log => int.Parse(log.Body, CultureInfo.InvariantCulture)).ToList();
        arrived.Distinct().ShouldBe(Enumerable.Range(0, acknowledged));
        arrived.ShouldBe(arrived.Order());
        (arrived.Count - acknowledged).ShouldBeLessThanOrEqualTo(1);
    }
}
