using System.Security.Cryptography;
using System.Text;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>Who may see what, by bearer tokens.</summary>
public sealed class AccessTokensTests
{
    private const string Viewer = "viewer-0123456789abcdef", Operator = "operator-0123456789abcdef";

    private static readonly string Yaml = $$"""
        agent: { listen: ["http://*:0"] }
        access:
          tokens:
            - { name: grafana, role: viewer, token: {{Viewer}} }
            - { name: deploy, role: operator, sha256: {{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Operator)))}} }

        """;

    [Theory]
    [InlineData(null, "/livez", 200)]
    [InlineData(null, "/readyz", 200)]
    [InlineData(null, "/health", 200)]
    [InlineData(null, "/metrics", 200)]
    [InlineData(Viewer, "/livez", 200)]
    [InlineData(Viewer, "/metrics", 200)]
    [InlineData(Operator, "/health", 200)]
    [InlineData("wrong-0123456789abcdef", "/livez", 401)]
    [InlineData("wrong-0123456789abcdef", "/health", 401)]
    [InlineData("wrong-0123456789abcdef", "/metrics", 401)]
    [InlineData("wrong-0123456789abcdef", "/nothing", 401)]
    [InlineData("wrong-0123456789abcdef", "/reload", 401)]
    [InlineData("viewer-0123456789abcde", "/livez", 401)]
    [InlineData("viewer-0123456789abcdeff", "/livez", 401)]
    [InlineData("VIEWER-0123456789abcdef", "/livez", 401)]
    public async Task Get_ByAToken_IsAnsweredByItsRole(string? token, string path, int status)
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);

        var reply = await agent.GetAsync(path, token is null ? [] : [AccessAgent.Bearer(token)]);

        AccessAgent.StatusOf(reply).ShouldBe(status);
        if (status == 401)
        {
            reply.ShouldBeProblem(401);
            reply.Headers["WWW-Authenticate"].ShouldBe("Bearer realm=\"health-agent\", error=\"invalid_token\"");
            reply.Body.ShouldNotContain(token!);
        }
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(Viewer, true)]
    [InlineData(Operator, true)]
    public async Task Health_ByAToken_ShowsDetailsToViewers(string? token, bool details)
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);

        var reply = await agent.GetAsync("/health?mode=full", token is null ? [] : [AccessAgent.Bearer(token)]);

        reply.Body.Contains("secret-name", StringComparison.Ordinal).ShouldBe(details);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(Viewer, false)]
    [InlineData(Operator, true)]
    public async Task Reload_ByAToken_IsForOperators(string? token, bool allowed)
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);

        // A page of another site has no token, so one with it is no such page.
        var reply = await agent.PostAsync("/reload", token is null ? [] : [AccessAgent.Bearer(token), ("Sec-Fetch-Site", "cross-site")]);

        (reply.Status == 200).ShouldBe(allowed);
        reply.Status.ShouldBeOneOf(200, 401, 403);
    }

    [Theory]
    [InlineData("Basic dmlld2VyOnZpZXdlcg==")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Token viewer-0123456789abcdef")]
    [InlineData("Basic  viewer-0123456789abcdef")]
    [InlineData("Secret viewer-0123456789abcdef")]
    [InlineData("viewer-0123456789abcdef")]
    [InlineData("Bearer viewer-0123456789abcdef, Bearer operator-0123456789abcdef")]
    [InlineData("Bearer a.b.c")]
    public async Task Authorization_OfAnotherForm_IsRefused(string header)
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);

        (await agent.GetAsync("/livez", ("Authorization", header))).ShouldBeProblem(401);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task Authorization_SchemeInAnyCase_IsAccepted(string scheme)
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);

        (await agent.GetAsync("/health?mode=full", ("Authorization", $"{scheme}  {Viewer} "))).Body.ShouldContain("secret-name");
    }

    [Fact]
    public async Task Credential_WhereNothingCouldBeRight_IsPassedOver()
    {
        // A proxy that asks for a password sends it on.
        await using var agent = await AccessAgent.StartAsync("agent: { listen: \"http://0.0.0.0:0\" }\n");

        AccessAgent.StatusOf(await agent.GetAsync("/livez", ("Authorization", "Basic dmlld2VyOnZpZXdlcg=="))).ShouldBe(200);
    }

    [Fact]
    public async Task Token_InWhateverIsAnsweredAndLogged_IsNotRepeated()
    {
        const string planted = "planted-0123456789abcdef";
        await using var agent = await AccessAgent.StartAsync(Yaml);

        var replies = new[]
        {
            await agent.GetAsync("/livez", AccessAgent.Bearer(planted)), await agent.GetAsync("/nothing", AccessAgent.Bearer(planted)),
            await agent.PostAsync("/reload", AccessAgent.Bearer(planted)),
            await agent.GetAsync("/health?mode=full", AccessAgent.Bearer(Viewer)),
            await agent.PostAsync("/reload", AccessAgent.Bearer(Operator)), await agent.GetAsync("/metrics", AccessAgent.Bearer(Operator)),
        };

        var logged = agent.Log.Records.Select(record => $"{record.Message} {record.Exception} {string.Join(' ', record.Attributes)}");
        var texts = replies.SelectMany(reply => reply.Headers.Values.Append(reply.Body)).Concat(logged).ToList();
        texts.ShouldAllBe(text => !text.Contains(planted, StringComparison.Ordinal) && !text.Contains(Viewer, StringComparison.Ordinal)
            && !text.Contains(Operator, StringComparison.Ordinal));
        texts.ShouldContain(text => text.Contains("credential from 127.0.0.1 refused: an unknown token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_ChangedInTheirFile_TakeEffectWithTheReload()
    {
        const string other = "other-0123456789abcdef";
        await using var agent = await AccessAgent.StartAsync(
            "agent: { listen: \"http://0.0.0.0:0\" }\naccess: { tokens: [{ name: a, role: viewer, token: \"${file:viewer}\" }] }\n",
            ("viewer", Viewer + "\n"));
        AccessAgent.StatusOf(await agent.GetAsync("/livez", AccessAgent.Bearer(Viewer))).ShouldBe(200);

        agent.Folder.Write("viewer", other + "\n");
        (await agent.ReloadAsync()).ShouldBeEmpty();

        (await agent.GetAsync("/livez", AccessAgent.Bearer(Viewer))).Status.ShouldBe(401);
        AccessAgent.StatusOf(await agent.GetAsync("/livez", AccessAgent.Bearer(other))).ShouldBe(200);
        agent.Log.Records.Single(record => record.Id.Name == "health_agent.config_reloaded").Message.ShouldEndWith("; also access");
    }

    [Fact]
    public async Task Tokens_ChangedToBadOnes_AreNotTaken()
    {
        await using var agent = await AccessAgent.StartAsync(
            "agent: { listen: \"http://0.0.0.0:0\" }\naccess: { tokens: [{ name: a, role: viewer, token: \"${file:viewer}\" }] }\n",
            ("viewer", Viewer));

        agent.Folder.Write("viewer", "");
        (await agent.ReloadAsync()).ShouldHaveSingleItem().ShouldContain("access.tokens[a].token: the token is empty; make one with");

        AccessAgent.StatusOf(await agent.GetAsync("/livez", AccessAgent.Bearer(Viewer))).ShouldBe(200);
    }
}
