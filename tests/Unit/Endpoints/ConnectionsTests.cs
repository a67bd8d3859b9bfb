using HealthAgent.Agent.Commands;
using HealthAgent.Endpoints;
using HealthAgent.State;
using HealthAgent.Unit.Scheduling;
using HealthAgent.Unit.State;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>More callers than there is room for.</summary>
public sealed class ConnectionsTests
{
    private const int Most = 4;

    private int _most = Most;

    [Fact]
    public async Task Caller_BeyondTheMost_GetsInAndTheLongestIdleIsClosed()
    {
        await using var agent = await StartAsync();
        var callers = new List<SlowReader>();
        for (var i = 0; i < Most; i++)
        {
            callers.Add(await SlowReader.AskAsync(agent.Loopback, "/livez"));
        }

        // The first one is in use again, so the second has been idle for longest.
        (await callers[0].ReadAsync(1)).Closed.ShouldBeFalse();
        (await callers[0].AskAsync("/livez")).ShouldNotBeEmpty();
        callers.Add(await SlowReader.AskAsync(agent.Public, "/livez"));

        (await callers[1].ReadAsync(long.MaxValue)).Closed.ShouldBeTrue();
        foreach (var open in new[] { callers[0], callers[2], callers[3], callers[4] })
        {
            (await open.AskAsync("/livez")).ShouldNotBeEmpty();
        }

        callers.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task Caller_AfterAReloadThatLeavesRoomForFewer_ClosesThoseThatAreTooMany()
    {
        await using var agent = await StartAsync();
        var callers = new List<SlowReader>();
        for (var i = 0; i < Most; i++)
        {
            callers.Add(await SlowReader.AskAsync(agent.Loopback, "/livez"));
        }

        _most = 2;
        callers.Add(await SlowReader.AskAsync(agent.Loopback, "/livez"));

        foreach (var closed in callers[..3])
        {
            (await closed.ReadAsync(long.MaxValue)).Closed.ShouldBeTrue();
        }

        (await callers[3].AskAsync("/livez")).ShouldNotBeEmpty();
        (await callers[4].AskAsync("/livez")).ShouldNotBeEmpty();
        callers.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task Most_AfterAReload_IsWhatItsConcurrencyLeaves()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Agent(Plans.Check("db")) with { Concurrency = 0 });

        agent.Store.Replace(new PlanIndex(Plans.Agent(Plans.Check("db")) with { Concurrency = 1_000_000 }));

        agent.Services.GetRequiredService<Connections>().Most.ShouldBe(FileDescriptors.ForCallers(1_000_000));
    }

    [Fact]
    public async Task Caller_AfterManyThatSayNothing_IsAnswered()
    {
        await using var agent = await StartAsync();
        var callers = new List<SlowReader>();
        for (var i = 0; i < 10 * Most; i++)
        {
            callers.Add(await SlowReader.ConnectAsync(agent.Loopback));
        }

        (await agent.GetAsync("/livez")).Status.ShouldBe(200);

        // Which of them connected last is known to the threads that accept them alone.
        var ends = callers.ConvertAll(caller => caller.ReadAsync(1));
        await Eventually.Is(
            () => ends.Count(end => end.IsCompletedSuccessfully && end.Result == (0, true)) >= callers.Count - Most,
            "all others are closed");

        callers.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task Caller_WhileTooManyAreClosing_WaitsForOneToBeClosed()
    {
        const int closing = 64;
        var connections = new Connections(() => 1);
        var ends = new List<TaskCompletionSource>();
        var aborted = 0;
        Task Connect() => connections.ServeAsync(new Caller(() => aborted++), _ =>
        {
            ends.Add(new TaskCompletionSource());
            return ends[^1].Task;
        });

        // Each pushes out the one before it, which takes its time to close.
        var served = Enumerable.Range(0, closing + 1).Select(_ => Connect()).ToList();
        var late = Connect();
        ends.Count.ShouldBe(closing + 1);
        aborted.ShouldBe(closing);

        ends[0].SetResult();
        await served[0];
        await Eventually.Is(() => ends.Count == closing + 2, "the late one is served");
        aborted.ShouldBe(closing + 1);

        // As many more may wait; one beyond is refused.
        var waiting = Enumerable.Range(0, closing).Select(_ => Connect()).ToList();
        aborted.ShouldBe(closing + 1);
        await Connect();
        aborted.ShouldBe(closing + 2);
        late.IsCompleted.ShouldBeFalse();
        waiting.ShouldAllBe(one => !one.IsCompleted);
    }

    private Task<AgentServer> StartAsync() =>
        AgentServer.StartAsync(
            Plans.Agent(Plans.Check("db")) with { Concurrency = 0 }, services => services.AddSingleton(new Connections(() => _most)));

    private sealed class Caller(Action abort) : DefaultConnectionContext
    {
        public override void Abort(ConnectionAbortedException abortReason) => abort();
    }
}
