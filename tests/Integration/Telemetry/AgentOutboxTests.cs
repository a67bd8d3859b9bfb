using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Telemetry;

/// <summary>Telemetry produced while the collector is unavailable is delivered when it is back.</summary>
public sealed class AgentOutboxTests
{
    private const string StateChanged = "health_check.state_changed";

    private static readonly string[] Doors = ["one", "two", "three"];
    private static readonly TimeSpan Acknowledgement = TimeSpan.FromMilliseconds(500);
    // Longer than an export attempt and the delay after it.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("grpc", true)]
    [InlineData("grpc", false)]
    [InlineData("http/protobuf", true)]
    [InlineData("http/protobuf", false)]
    public async Task Agent_WhoseCollectorIsAwayForAWhile_TellsEveryChangeInOrder(string protocol, bool isKilled)
    {
        var doors = Doors.ToDictionary(
            name => name, _ => new TcpListener(IPAddress.Loopback, Containers.FreePort()), StringComparer.Ordinal);
        await using var sink = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(sink);
        doors.Values.ToList().ForEach(door => door.Start());
        var checks = doors.Select(door => string.Create(
            CultureInfo.InvariantCulture, $"  - {{ name: {door.Key}, kind: tcp, address: '{door.Value.LocalEndpoint}' }}"));
        await using var agent = await AgentProcess.StartAsync($$"""
            defaults: { interval: 500ms, timeout: 500ms, retryInterval: 100ms, failureThreshold: 2 }
            checks:
            {{string.Join('\n', checks)}}
            """, protocol == "grpc" ? collector.Grpc : collector.Http, protocol, ("OTEL_EXPORTER_OTLP_TIMEOUT", "2000"));
        await Eventually.TrueAsync(() => ChangesIn(sink).Count, count => count == Doors.Length, "the first verdicts arrive");

        // Received data must also be acknowledged, or it would be sent again.
        await Task.Delay(Acknowledgement, TimeProvider.System);
        await (isKilled ? collector.KillAsync() : collector.FreezeAsync());
        var expected = ChangesIn(sink);
        foreach (var (name, door) in doors)
        {
            door.Stop();
            await agent.UntilAsync(name, "unhealthy");
            expected.Add($"{name} unhealthy");
        }

        foreach (var (name, door) in doors)
        {
            door.Start();
            await agent.UntilAsync(name, "healthy");
            expected.Add($"{name} healthy");
        }

        await Task.Delay(Outage, TimeProvider.System);
        await (isKilled ? collector.StartAsync() : collector.ThawAsync());

        await Eventually.TrueAsync(() => ChangesIn(sink).Count, count => count >= expected.Count, "what happened in the outage arrives");
        await agent.StopAsync();
        ChangesIn(sink).ShouldBe(expected);
        if (isKilled)
        {
            // After a hang, the collector may also receive what the agent abandoned and sent again.
            sink.Logs.Count(log => log.EventName == StateChanged).ShouldBe(expected.Count, "each comes once");
        }

        sink.Logs.First().EventName.ShouldBe("health_agent.started");
        sink.Logs.Last(log => log.EventName != StateChanged).EventName.ShouldBe("health_agent.stopping");
        doors.Values.ToList().ForEach(door => door.Dispose());
    }

    [Fact]
    public async Task Agent_ThatKeepsOnDisk_TellsAfterItsOwnRestart()
    {
        var disk = TemporaryFolder.Create("outbox-").FullName;
        (string, string)[] environment = [
            ("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "disk"), ("OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH", disk)];
        const string Nobody = "checks: [{ name: nobody, kind: tcp, address: 127.0.0.1:1, interval: 1s, retryInterval: 100ms }]";
        await using var sink = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(sink);
        await collector.KillAsync();
        await using (var agent = await AgentProcess.StartAsync(Nobody, collector.Http, "http/protobuf", environment))
        {
            await agent.UntilAsync("nobody", "unhealthy");
            await agent.StopAsync();
        }

        Directory.GetFiles(disk, "*.blob", SearchOption.AllDirectories).ShouldNotBeEmpty();
        await collector.StartAsync();
        await using var next = await AgentProcess.StartAsync(
            "checks: [{ name: self, kind: self }]", collector.Http, "http/protobuf", environment);

        // Records on disk are retried once a minute.
        var start = TimeProvider.System.GetTimestamp();
        while (ChangesIn(sink).TrueForAll(change => change != "nobody unhealthy"))
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(90));
            await Task.Delay(Acknowledgement, TimeProvider.System);
        }

        await next.StopAsync();
        Directory.Delete(disk, recursive: true);
    }

    /// <summary>State changes in order of arrival, without duplicates of the same run.</summary>
    private static List<string> ChangesIn(OtlpJsonSink sink) =>
    [
        .. sink.Logs.Where(log => log.EventName == StateChanged).DistinctBy(log => log.SpanId, StringComparer.Ordinal)
            .Select(log => $"{log.Attributes["health_check.name"]} {log.Attributes["health_check.state"]}"),
    ];
}
