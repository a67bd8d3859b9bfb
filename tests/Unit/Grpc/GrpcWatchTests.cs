using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using HealthAgent.Agent.Commands;
using HealthAgent.Agent.Grpc;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace HealthAgent.Unit.Grpc;

/// <summary><c>grpc.health.v1</c>: Watch, by the client of Grpc.HealthCheck.</summary>
public sealed class GrpcWatchTests
{
    private static readonly CheckPlan Db = Plans.Check("db", group: "orders");
    private static readonly CheckPlan Cache = Plans.Check("cache");

    [Theory]
    [InlineData("db")]
    [InlineData("group/orders")]
    [InlineData("tier/dependency")]
    public async Task Watch_OfAService_SendsTheCurrentStatusAndThenEachChange(string service)
    {
        await using var agent = await AgentServer.StartAsync(Db);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        using var watch = Watch(channel, service);

        (await NextAsync(watch)).ShouldBe(ServingStatus.Unknown);
        foreach (var (outcomes, status) in new[]
        {
            ("P", ServingStatus.Serving), ("FFF", ServingStatus.NotServing), ("P", ServingStatus.Serving),
            ("FFF", ServingStatus.NotServing),
        })
        {
            agent.Record("db", outcomes);
            (await NextAsync(watch)).ShouldBe(status);
        }
    }

    [Fact]
    public async Task Watch_WhileNothingChanges_SendsNothing()
    {
        await using var agent = await AgentServer.StartAsync(Db, Cache);
        agent.Record("db", "P");
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        using var watch = Watch(channel, "db");
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);

        // Runs without a change, degraded as well as healthy, and another check's changes.
        agent.Record("db", "PPFPWWWWP");
        agent.Record("cache", "PFFF");
        agent.Record("db", "FFF");

        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
    }

    [Fact]
    public async Task Watch_OfAServiceThatComesAndGoesByReload_SaysSo()
    {
        await using var agent = await AgentServer.StartAsync(Cache);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        using var check = Watch(channel, "db");
        using var group = Watch(channel, "group/orders");
        (await NextAsync(check)).ShouldBe(ServingStatus.ServiceUnknown);
        (await NextAsync(group)).ShouldBe(ServingStatus.ServiceUnknown);

        agent.Store.Replace(new PlanIndex(Plans.Agent(Cache, Db)));
        (await NextAsync(check)).ShouldBe(ServingStatus.Unknown);
        (await NextAsync(group)).ShouldBe(ServingStatus.Unknown);

        agent.Store.Replace(new PlanIndex(Plans.Agent(Cache)));
        (await NextAsync(check)).ShouldBe(ServingStatus.ServiceUnknown);
        (await NextAsync(group)).ShouldBe(ServingStatus.ServiceUnknown);
    }

    [Fact]
    public async Task Watch_ByACallerWithoutDetails_TellsNoNameFromNothing()
    {
        await using var agent = await AgentServer.StartAsync(Db);
        using var channel = GrpcChannel.ForAddress(agent.Public);
        using var db = Watch(channel, "db");
        using var group = Watch(channel, "group/orders");
        using var readiness = Watch(channel, "");
        (await NextAsync(db)).ShouldBe(ServingStatus.ServiceUnknown);
        (await NextAsync(group)).ShouldBe(ServingStatus.ServiceUnknown);
        (await NextAsync(readiness)).ShouldBe(ServingStatus.NotServing);

        var (next, nextOfGroup) = (db.ResponseStream.MoveNext(default), group.ResponseStream.MoveNext(default));
        agent.Record("db", "P");
        agent.Store.Replace(new PlanIndex(Plans.Agent(Cache)));
        agent.Store.Replace(new PlanIndex(Plans.Agent(Cache, Db)));
        agent.Record("cache", "P");
        agent.Record("db", "P");

        (await NextAsync(readiness)).ShouldBe(ServingStatus.Serving);
        (next.IsCompleted, nextOfGroup.IsCompleted).ShouldBe((false, false));
    }

    [Fact]
    public async Task Watch_ThroughDrainAndStop_GoesOnUntilTheStop()
    {
        var agent = await AgentServer.StartAsync(Plans.Agent(Db) with { Concurrency = 0, Drain = TimeSpan.FromSeconds(5) });
        agent.Record("db", "P");
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        using var readiness = Watch(channel, "");
        using var db = Watch(channel, "db");
        (await NextAsync(readiness), await NextAsync(db)).ShouldBe((ServingStatus.Serving, ServingStatus.Serving));

        var drained = agent.Services.GetRequiredService<Drain>().RunAsync();

        (await NextAsync(readiness)).ShouldBe(ServingStatus.NotServing);
        agent.Record("db", "FFF");
        (await NextAsync(db)).ShouldBe(ServingStatus.NotServing);
        agent.Clock.Advance(TimeSpan.FromSeconds(5));
        await drained.Ends();

        await agent.DisposeAsync();
        foreach (var watch in new[] { readiness, db })
        {
            (await Should.ThrowAsync<RpcException>(() => NextAsync(watch))).Status
                .ShouldBe(new Status(StatusCode.Unavailable, "the agent is stopping"));
        }
    }

    [Fact]
    public async Task Watch_BeyondTheMost_IsRefusedUntilOneIsClosed()
    {
        await using var agent = await AgentServer.StartAsync(Db);
        var watches = agent.Services.GetRequiredService<HealthWatches>();
        var open = Enumerable.Range(0, HealthWatches.Most).Select(_ => watches.TryOpen("db")!).ToList();
        using var channel = GrpcChannel.ForAddress(agent.Loopback);

        using var refused = Watch(channel, "");
        (await Should.ThrowAsync<RpcException>(() => NextAsync(refused))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);

        open[0].Dispose();
        using var watch = Watch(channel, "");
        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        watches.Count.ShouldBe(HealthWatches.Most);
    }

    [Fact]
    public async Task Watch_WhoseCallerLeaves_IsClosed()
    {
        await using var agent = await AgentServer.StartAsync(Db);
        var watches = agent.Services.GetRequiredService<HealthWatches>();
        using (var channel = GrpcChannel.ForAddress(agent.Loopback))
        {
            using var cancelled = Watch(channel, "db");
            using var gone = Watch(channel, "db");
            await NextAsync(cancelled);
            await NextAsync(gone);
            watches.Count.ShouldBe(2);
            cancelled.Dispose();
            await Eventually.Is(() => watches.Count == 1, "the cancelled one is closed");
        }

        await Eventually.Is(() => watches.Count == 0, "the one of the closed connection is closed");
        agent.Log.Records.ShouldNotContain(record => record.Exception != null);
    }

    [Fact]
    public async Task Watch_WithADeadline_EndsAtIt()
    {
        await using var agent = await AgentServer.StartAsync(Db);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        using var watch = new Health.HealthClient(channel).Watch(
            new HealthCheckRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(0.5));

        (await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Ends())
            {
            }
        })).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        var watches = agent.Services.GetRequiredService<HealthWatches>();
        await Eventually.Is(() => watches.Count == 0, "it is closed");
        agent.Log.Records.ShouldNotContain(record => record.Exception != null);
    }

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(GrpcChannel channel, string service) =>
        new Health.HealthClient(channel).Watch(
            new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Ends()).ShouldBeTrue();
        return watch.ResponseStream.Current.Status;
    }
}
