using HealthAgent.Agent.Commands;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

/// <summary>How file descriptors are shared between clients and checks.</summary>
public sealed class FileDescriptorsTests
{
    [Theory]
    [InlineData(2048UL, 256UL, 512, 640)]
    [InlineData(2048UL, 32UL, 256, 1376)]
    [InlineData(1024UL, 256UL, 512, 128)]
    [InlineData(65536UL, 256UL, 512, 4096)]
    [InlineData(256UL, 256UL, 512, 32)]
    [InlineData(64UL, 32UL, 512, 16)]
    [InlineData(1024UL, 32UL, 100_000, 128)]
    [InlineData(ulong.MaxValue, 256UL, 512, 4096)]
    [InlineData(null, 256UL, 512, 4096)]
    public void Callers_WithinALimit_LeaveRoomForTheProgramAndItsRuns(ulong? limit, ulong needed, int concurrency, int callers) =>
        FileDescriptors.CallersWithin(limit, needed, concurrency).ShouldBe(callers);

    [Fact]
    public async Task Agent_WithMoreIdleCallersThanFiles_GoesOnCheckingAnsweringAndReloading()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");
        var runs = 0;
        await using var target = await HttpTarget.StartAsync(_ =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        });
        using var file = new ConfigurationText($$"""
            agent: { listen: "http://127.0.0.1:0", concurrency: 16 }
            checks: [ { name: reached, kind: http, url: "{{target.Url}}", interval: 1s, timeout: 1s, failureThreshold: 1 } ]
            """);
        await using var agent = AgentProcess.StartWithin(512, "--config", file.Path);
        await Eventually.Is(() => agent.Output.Contains("reached is healthy", StringComparison.Ordinal),
            $"it runs: {agent.Output}{agent.Errors}");
        var address = new Uri(
            agent.Output.Split('\n').First(line => line.Contains("/metrics", StringComparison.Ordinal)).Trim().Split("/metrics")[0]);
        var callers = new List<SlowReader>();
        for (var i = 0; i < 700; i++)
        {
            callers.Add(await SlowReader.ConnectAsync(address));
        }

        using var client = new HttpClient { BaseAddress = address };
        (await client.GetStringAsync(new Uri("/livez", UriKind.Relative), TestContext.Current.CancellationToken)).ShouldBe("ok");
        (await client.PostAsync(new Uri("/reload", UriKind.Relative), content: null, TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        var before = Volatile.Read(ref runs);
        await Eventually.Is(() => Volatile.Read(ref runs) > before + 1, "checks are run");
        (agent.Output + agent.Errors).ShouldNotContain("oo many open files");
        callers.ForEach(caller => caller.Dispose());
    }
}
