using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Answers that a client has already: entity tags.</summary>
public sealed class ConditionalRequestsTests
{
    private static readonly CheckPlan[] Checks = [Plans.Check("db", group: "orders")];

    [Theory]
    [MemberData(nameof(HttpTests.Snapshots), MemberType = typeof(HttpTests))]
    public async Task IfNoneMatch_OfTheSameSnapshot_IsNotModified(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");
        var first = await agent.GetAsync(path);
        first.Status.ShouldBe(200);
        first.ETag.ShouldNotBeNull();

        var second = await agent.GetAsync(path, ("If-None-Match", first.ETag));

        (second.Status, second.Body, second.ETag).ShouldBe((304, "", first.ETag));
        second.Headers["Cache-Control"].ShouldBe("no-store");

        agent.Record("db", "P");
        var third = await agent.GetAsync(path, ("If-None-Match", first.ETag));
        third.Status.ShouldBe(200);
        (third.ETag == first.ETag).ShouldBeFalse();
    }

    [Theory]
    [InlineData("W/{0}", 304)]
    [InlineData("\"other\", {0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("nonsense", 200)]
    [InlineData("", 200)]
    public async Task IfNoneMatch_InEachForm_MeansWhatHttpSays(string form, int status)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");
        var tag = (await agent.GetAsync("/health")).ETag!;

        (await agent.GetAsync("/health", ("If-None-Match", form.Replace("{0}", tag, StringComparison.Ordinal)))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task IfNoneMatch_OfAFail_IsStillTheFail()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");
        var first = await agent.GetAsync("/readyz");

        var second = await agent.GetAsync("/readyz", ("If-None-Match", first.ETag!));

        (second.Status, second.Body).ShouldBe((503, first.Body));
    }

    [Fact]
    public async Task ETag_OfAnotherStartOfTheAgent_IsAnother()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        await using var later =
            await AgentServer.StartAsync(Plans.Agent(Checks) with { Concurrency = 0 }, clockAdvance: TimeSpan.FromSeconds(1));

        ((await later.GetAsync("/health")).ETag == (await agent.GetAsync("/health")).ETag).ShouldBeFalse();
    }

    [Fact]
    public async Task Get_TwiceOfOneSnapshot_IsTheSameBytes()
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var first = await agent.GetAsync("/health?mode=full");
        var second = await agent.GetAsync("/health?mode=full");

        second.Body.ShouldBe(first.Body);
        second.ETag.ShouldBe(first.ETag);
    }
}
