using System.Net;
using System.Net.Sockets;
using HealthAgent.Agent.Commands;
using HealthAgent.Agent.Hosting;
using HealthAgent.Endpoints;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthAgent.Unit.Endpoints;

/// <summary>More callers than there is room for.</summary>
public sealed class ConnectionsTests
{
    private const int Most = 4;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

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
    public async Task Callers_BeyondThoseThatArePassing_AreNotAccepted()
    {
        const int all = Most + Connections.MostPassing;
        var transport = new BoundedTransport(
            Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance, new Connections(() => Most));
        await using var listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
        var callers = new List<Socket>();
        for (var i = 0; i < all + 2; i++)
        {
            var caller = new Socket(SocketType.Stream, ProtocolType.Tcp);
            callers.Add(caller);
            await caller.ConnectAsync(listener.EndPoint, Cancel);
        }

        var accepted = new List<ConnectionContext>();
        for (var i = 0; i < all; i++)
        {
            accepted.Add((await listener.AcceptAsync(Cancel).AsTask().Ends()).ShouldNotBeNull());
        }

        var next = listener.AcceptAsync(Cancel).AsTask();
        next.IsCompleted.ShouldBeFalse();
        await accepted[0].DisposeAsync();
        accepted[0] = (await next.Ends()).ShouldNotBeNull();

        var last = listener.AcceptAsync(Cancel).AsTask();
        last.IsCompleted.ShouldBeFalse();
        await listener.UnbindAsync(Cancel);
        (await last.Ends()).ShouldBeNull();
        foreach (var one in accepted)
        {
            await one.DisposeAsync();
        }

        callers.ForEach(caller => caller.Dispose());
    }

    private Task<AgentServer> StartAsync() =>
        AgentServer.StartAsync(
            Plans.Agent(Plans.Check("db")) with { Concurrency = 0 }, services => services.AddSingleton(new Connections(() => _most)));
}
