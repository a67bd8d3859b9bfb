using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace HealthAgent.Unit.Access;

/// <summary>gRPC health under the same rules of access as REST.</summary>
public sealed class GrpcAccessTests
{
    private const string Viewer = "viewer-0123456789abcdef";

    private const string Listen =
        "agent: { listen: [{ url: \"http://127.0.0.1:0\" }, { url: \"http://127.0.0.1:0\", serve: [metrics] }] }\n";

    private const string Yaml = $"{Listen}access: {{ tokens: [{{ name: grafana, role: viewer, token: {Viewer} }}] }}\n";

    [Fact]
    public async Task Check_WithoutCredentials_KnowsNoNames_AndWithAWrongOneIsRefused()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);
        using var channel = GrpcChannel.ForAddress(agent.Urls[0]);

        (await StatusOfAsync(channel, "secret-name", null)).ShouldBe(StatusCode.NotFound);
        (await StatusOfAsync(channel, "group/secret-group", null)).ShouldBe(StatusCode.NotFound);
        (await StatusOfAsync(channel, "", null)).ShouldBe(StatusCode.OK);
        (await StatusOfAsync(channel, "tier/dependency", null)).ShouldBe(StatusCode.OK);
        (await StatusOfAsync(channel, "secret-name", Viewer)).ShouldBe(StatusCode.OK);
        (await StatusOfAsync(channel, "", "wrong-0123456789abcdef")).ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Check_OnAListenerThatServesNoProbes_IsNotThere()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);
        using var channel = GrpcChannel.ForAddress(agent.Urls[1]);

        (await StatusOfAsync(channel, "", Viewer)).ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Watch_OfANameWhoseTokenIsTakenBack_EndsWithoutTheNextStatus()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);
        var store = agent.Services.GetRequiredService<StateStore>();
        await Eventually.Is(() => store.Current.Find("secret-name")!.Last is not null, "the first run is recorded");
        using var channel = GrpcChannel.ForAddress(agent.Urls[0]);
        using var named = Watch(channel, "secret-name");
        using var open = Watch(channel, "");
        var (before, readiness) = (await NextAsync(named), await NextAsync(open));

        (await agent.ReloadAsync($"{Listen}access: {{}}\n")).ShouldBeEmpty();
        var isUp = before == ServingStatus.Serving;
        store.Record([.. Enumerable.Repeat(new CompletedRun(0, Plans.Outcome(isUp ? Result.Fail : Result.Pass), null), 5)]);

        (await NextAsync(open)).ShouldNotBe(readiness);
        var ended = await Should.ThrowAsync<RpcException>(() => NextAsync(named));
        (ended.StatusCode, ended.Status.Detail).ShouldBe((StatusCode.Unauthenticated, "the rules of access changed"));
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Ends()).ShouldBeTrue();
        return watch.ResponseStream.Current.Status;
    }

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(ChannelBase channel, string service) =>
        new Health.HealthClient(channel).Watch(
            new HealthCheckRequest { Service = service }, By(Viewer), cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<StatusCode> StatusOfAsync(ChannelBase channel, string service, string? token)
    {
        try
        {
            await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest { Service = service }, By(token), cancellationToken: TestContext.Current.CancellationToken);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private static Metadata By(string? token) => token is null ? [] : new Metadata { { "Authorization", $"Bearer {token}" } };
}
