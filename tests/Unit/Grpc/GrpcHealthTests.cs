using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using HealthAgent.Agent.Commands;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace HealthAgent.Unit.Grpc;

/// <summary><c>grpc.health.v1</c>: Check and List, by the client of Grpc.HealthCheck.</summary>
public sealed class GrpcHealthTests
{
    private static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness),
        Plans.Check("db", group: "orders"),
        Plans.Check("cache", impact: Impact.Degrading, group: "orders"),
        Plans.Check("buys", Tier.Functional, Impact.Degrading),
    ];

    [Theory]
    [InlineData("", "P", "P", ServingStatus.Serving)]
    [InlineData("", "P", "WWW", ServingStatus.Serving)]
    [InlineData("", "P", "FFF", ServingStatus.NotServing)]
    [InlineData("", "P", "", ServingStatus.NotServing)]
    [InlineData("db", "", "P", ServingStatus.Serving)]
    [InlineData("db", "", "WWW", ServingStatus.Serving)]
    [InlineData("db", "", "FFF", ServingStatus.NotServing)]
    [InlineData("db", "", "", ServingStatus.Unknown)]
    [InlineData("group/orders", "", "P", ServingStatus.Serving)]
    [InlineData("group/orders", "", "FFF", ServingStatus.NotServing)]
    [InlineData("group/orders", "", "", ServingStatus.Unknown)]
    [InlineData("tier/dependency", "", "P", ServingStatus.Serving)]
    [InlineData("tier/dependency", "", "FFF", ServingStatus.NotServing)]
    [InlineData("tier/liveness", "", "P", ServingStatus.Unknown)]
    [InlineData("tier/liveness", "P", "", ServingStatus.Serving)]
    public async Task Check_ByWhatIsBelieved_IsTheStatus(string service, string alive, string db, ServingStatus status)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", alive);
        agent.Record("db", db);
        agent.Record("cache", "P");
        using var channel = GrpcChannel.ForAddress(agent.Loopback);

        (await CheckAsync(channel, service)).ShouldBe(status);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("group/nothing")]
    [InlineData("tier/nothing")]
    [InlineData("group/")]
    [InlineData("/")]
    [InlineData("readyz")]
    [InlineData("full")]
    [InlineData("DB")]
    [InlineData("db\n")]
    public async Task Check_OfWhatDoesNotExist_IsNotFound(string service)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);

        (await CheckFailsAsync(channel, service)).StatusCode.ShouldBe(StatusCode.NotFound);
        agent.Log.Records.ShouldNotContain(record => record.Exception != null);
    }

    [Theory]
    [InlineData("db")]
    [InlineData("group/orders")]
    [InlineData("nothing")]
    public async Task Check_ByACallerWithoutDetails_KnowsNoNamesOfTheConfiguration(string service)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");
        using var channel = GrpcChannel.ForAddress(agent.Public);

        (await CheckFailsAsync(channel, service)).ShouldBe(new Status(StatusCode.NotFound, "unknown service"));
        (await CheckAsync(channel, "tier/dependency")).ShouldBe(ServingStatus.Serving);
        (await CheckAsync(channel, "")).ShouldBe(ServingStatus.NotServing);
    }

    [Fact]
    public async Task Check_OfTheEmptyNameFromTheDrainOn_IsNotServing()
    {
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent(Plans.Check("db")) with { Concurrency = 0, Drain = TimeSpan.FromSeconds(5) });
        agent.Record("db", "P");
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        (await CheckAsync(channel, "")).ShouldBe(ServingStatus.Serving);

        var drained = agent.Services.GetRequiredService<Drain>().RunAsync();

        (await CheckAsync(channel, "")).ShouldBe(ServingStatus.NotServing);
        (await CheckAsync(channel, "db")).ShouldBe(ServingStatus.Serving);
        agent.Clock.Advance(TimeSpan.FromSeconds(5));
        await drained.Ends();
    }

    [Fact]
    public async Task List_ByWhoAsks_HasTheNamesThatHeMayKnow()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");
        using var trusted = GrpcChannel.ForAddress(agent.Loopback);
        using var anonymous = GrpcChannel.ForAddress(agent.Public);

        (await ListAsync(trusted)).ShouldBe(
            [
                ("", ServingStatus.NotServing), ("alive", ServingStatus.Unknown), ("buys", ServingStatus.Unknown),
                ("cache", ServingStatus.Unknown), ("db", ServingStatus.NotServing), ("group/orders", ServingStatus.NotServing),
                ("tier/dependency", ServingStatus.NotServing), ("tier/functional", ServingStatus.Serving),
                ("tier/liveness", ServingStatus.Unknown),
            ]);
        (await ListAsync(anonymous)).Select(one => one.Name).ShouldBe(["", "tier/dependency", "tier/functional", "tier/liveness"]);
    }

    [Theory]
    [InlineData(96, true)]
    [InlineData(97, false)]
    public async Task List_OfMoreThanTheProtocolAllows_IsRefused(int checks, bool fits)
    {
        await using var agent = await AgentServer.StartAsync([.. Enumerable.Range(0, checks).Select(i => Plans.Check($"check-{i}"))]);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);

        if (fits)
        {
            (await ListAsync(channel)).Count.ShouldBe(100);
        }
        else
        {
            (await Should.ThrowAsync<RpcException>(() => ListAsync(channel))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        }
    }

    [Theory]
    [InlineData(500, StatusCode.NotFound)]
    [InlineData(600, StatusCode.ResourceExhausted)]
    [InlineData(70_000, StatusCode.ResourceExhausted)]
    public async Task Check_OfALongName_IsBounded(int length, StatusCode status)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);

        (await CheckFailsAsync(channel, new string('a', length))).StatusCode.ShouldBe(status);
        (await CheckAsync(channel, "db")).ShouldBe(ServingStatus.Unknown);
        agent.Log.Records.ShouldNotContain(record => record.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Check_Compressed_IsRead()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);

        (await CheckAsync(channel, "db", new Metadata { { "grpc-internal-encoding-request", "gzip" } })).ShouldBe(ServingStatus.Unknown);
    }

    [Fact]
    public async Task OtherServicesAndMethods_AreUnimplemented()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        using var channel = GrpcChannel.ForAddress(agent.Loopback);
        foreach (var (service, method) in new[] { ("grpc.health.v1.Health", "Nothing"), ("grpc.reflection.v1.ServerReflection", "Info") })
        {
            var call = channel.CreateCallInvoker().AsyncUnaryCall(
                new Method<string, string>(MethodType.Unary, service, method, Marshallers.StringMarshaller, Marshallers.StringMarshaller),
                host: null, new CallOptions(), "");

            (await Should.ThrowAsync<RpcException>(call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unimplemented);
        }
    }

    private static async Task<ServingStatus> CheckAsync(GrpcChannel channel, string service, Metadata? headers = null) =>
        (await new Health.HealthClient(channel).CheckAsync(
            new HealthCheckRequest { Service = service }, headers, cancellationToken: TestContext.Current.CancellationToken)).Status;

    private static async Task<Status> CheckFailsAsync(GrpcChannel channel, string service) =>
        (await Should.ThrowAsync<RpcException>(() => CheckAsync(channel, service))).Status;

    // Grpc.HealthCheck has no List yet.
    private static async Task<IReadOnlyList<(string Name, ServingStatus Status)>> ListAsync(GrpcChannel channel)
    {
        var list = await new HealthAgent.Kinds.Network.Grpc.V1.Health.HealthClient(channel).ListAsync(
            new HealthAgent.Kinds.Network.Grpc.V1.HealthListRequest(), cancellationToken: TestContext.Current.CancellationToken);
        return [.. list.Statuses.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, (ServingStatus)one.Value.Status))];
    }
}
