using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>Callers that prove who they are by a certificate.</summary>
public sealed class ClientCertificatesTests : AgentWithClientAuthority
{
    [Fact]
    public async Task Certificate_OfTheAuthorityWithTheSubject_GivesItsRole()
    {
        await using var agent = await StartAsync();
        using var ops = Issue();

        (await SeesAsync(agent, ops)).ShouldBe((true, true));
        (await SeesAsync(agent, null)).ShouldBe((false, false));
    }

    [Theory]
    [InlineData("CN=ops")]
    [InlineData("CN=ops,O=Shopping")]
    [InlineData("CN=ops,O=Shop,C=FR")]
    [InlineData("CN=\"ops,O=Shop\"")]
    [InlineData("CN=Ops,O=Shop")]
    public async Task Certificate_WithAnotherSubject_IsLikeNone(string subject)
    {
        await using var agent = await StartAsync();
        using var other = Issue(subject: subject);

        (await SeesAsync(agent, other)).ShouldBe((false, false));
        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(other))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Certificate_OfAViewer_DoesNotActWhereAnybodyMay()
    {
        await using var agent = await StartAsync();
        using var ops = Issue();
        (await agent.ReloadAsync(Yaml.Replace("role: operator", "role: viewer", StringComparison.Ordinal)
            .Replace("access:", "access:\n  anonymous: [actions]", StringComparison.Ordinal))).ShouldBeEmpty();

        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(null))).Status.ShouldBe(200);
        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(ops))).ShouldBeProblem(403);
    }

    [Fact]
    public async Task Token_BesideACertificate_Decides()
    {
        await using var agent = await StartAsync();
        using var ops = Issue();

        var viewer = await agent.SendAsync(
            HttpMethod.Post, "/reload", 0, [AccessAgent.Bearer("viewer-0123456789abcdef")], AccessAgent.Trusting(ops));
        var wrong = await agent.SendAsync(
            HttpMethod.Get, "/livez", 0, [AccessAgent.Bearer("wrong-0123456789abcdef")], AccessAgent.Trusting(ops));

        (viewer.Status, wrong.Status).ShouldBe((403, 401));
    }

    [Fact]
    public async Task Certificate_WhereNoneIsWritten_IsPassedOver()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml[..Yaml.IndexOf("access", StringComparison.Ordinal)], Clock, Files());
        using var forged = Issue(Other);

        (await agent.SendAsync(HttpMethod.Get, "/livez", 0, [], AccessAgent.Trusting(forged))).Status.ShouldBe(200);
    }
}
