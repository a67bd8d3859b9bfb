using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration;

/// <summary>What the agent has to tell while its collector is gone, and tells when there is one again.</summary>
public sealed class AgentOutboxTests
{
    private static readonly string[] Doors = ["one", "two", "three"];
    // Longer than an attempt to send, and than the pause after it.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Agent_WhoseCollectorIsKilledAndComesBack_TellsEveryChangeOnceAndInOrder(string protocol)
    {
        var doors = Doors.ToDictionary(name => name, _ => new TcpListener(IPAddress.Loopback, Containers.FreePort()), StringComparer.Ordinal);
        await using var sink = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(sink);
        doors.Values.ToList().ForEach(door => door.Start());
        var checks = doors.Select(door => string.Create(
            CultureInfo.InvariantCulture, $"  - {{ name: {door.Key}, kind: tcp, address: '{door.Value.LocalEndpoint}' }}"));
        await using var agent = await AgentProcess.StartAsync($$"""
            defaults: { interval: 1s, timeout: 1s, retryInterval: 100ms, failureThreshold: 2 }
            checks:
            {{string.Join('\n', checks)}}
            """, protocol == "grpc" ? collector.Grpc : collector.Http, protocol);
        await Eventually.TrueAsync(() => ChangesIn(sink).Count, count => count == Doors.Length, "the first verdicts arrive");

        await collector.KillAsync();
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
        await collector.StartAsync();

        await Eventually.TrueAsync(() => ChangesIn(sink).Count, count => count >= expected.Count, "what happened meanwhile arrives");
        await agent.StopAsync();
        ChangesIn(sink).ShouldBe(expected);
        sink.Logs.First().EventName.ShouldBe("health_agent.started");
        sink.Logs.Last().EventName.ShouldBe("health_agent.stopping");
        doors.Values.ToList().ForEach(door => door.Dispose());
    }

    private static List<string> ChangesIn(OtlpJsonSink sink) =>
    [
        .. sink.Logs.Where(log => log.EventName == "health_check.state_changed")
            .Select(log => $"{log.Attributes["health_check.name"]} {log.Attributes["health_check.state"]}"),
    ];
}
