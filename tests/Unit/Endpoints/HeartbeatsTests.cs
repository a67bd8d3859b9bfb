using HealthAgent.Checks;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary><c>PUT /heartbeats/{name}</c> of a running agent.</summary>
public sealed class HeartbeatsTests
{
    private const string Yaml = """
        checks:
          - { name: backup, kind: heartbeat, interval: 24h, grace: 1h, token: correct-horse-battery }
          - { name: import, kind: heartbeat, interval: 1h }
          - { name: disk, kind: disk, path: / }
        """;

    [Theory]
    [InlineData("PUT", "/heartbeats/backup", "pass", "H")]
    [InlineData("POST", "/heartbeats/backup?status=pass", "pass", "H")]
    [InlineData("PUT", "/heartbeats/backup?status=warn&message=slow", "warn", "D")]
    [InlineData("POST", "/heartbeats/backup?status=fail&message=disk%20full&durationMs=1500.5", "fail", "U")]
    [InlineData("PUT", "/heartbeats/backup?status=start", "start", "?")]
    public async Task Heartbeat_WithItsOwnToken_IsRecorded(string method, string path, string recorded, string status)
    {
        await using var agent = await StartedAsync();

        var reply = await agent.SendAsync(
            new HttpMethod(method), agent.Public, path, ("Authorization", "Bearer correct-horse-battery"));

        (reply.Status, reply.Json.GetProperty("recorded").GetString()).ShouldBe((200, recorded));
        reply.Json.GetProperty("expectedBefore").GetDateTimeOffset().ShouldBeGreaterThan(agent.Clock.GetUtcNow());
        Plans.Letter(agent.Store.Current.Find("backup")!.Status).ShouldBe(status[0]);
    }

    [Fact]
    public async Task Heartbeat_OfAnOperator_NeedsNoTokenOfItsOwn()
    {
        await using var agent = await StartedAsync();

        (await agent.PostAsync("/heartbeats/import")).Status.ShouldBe(200);
        (await agent.PostAsync("/heartbeats/nothing")).ShouldBeProblem(404);
        (await agent.PostAsync("/heartbeats/disk")).ShouldBeProblem(409);
        agent.Store.Current.Find("import")!.Status.ShouldBe(CheckStatus.Healthy);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic correct-horse-battery")]
    [InlineData("correct-horse-battery")]
    public async Task Heartbeat_WithoutItsToken_IsRefusedAlikeWhetherTheCheckExists(string? authorization)
    {
        await using var agent = await StartedAsync();
        (string, string)[] headers = authorization is null ? [] : [("Authorization", authorization)];

        var replies = await Task.WhenAll(new[] { "backup", "import", "disk", "nothing" }.Select(
            name => agent.SendAsync(HttpMethod.Put, agent.Public, $"/heartbeats/{name}?bogus=1", headers)));

        foreach (var reply in replies)
        {
            reply.ShouldBeProblem(401);
            reply.Headers["WWW-Authenticate"].ShouldBe("Bearer");
            reply.Body.ShouldBe(replies[0].Body);
        }

        agent.Log.Records.Count(record => record.Id.Name == "health_agent.action_refused").ShouldBe(4);
        agent.Log.Records.ShouldAllBe(record => !record.Message.Contains("horse"));
        agent.Store.Current.Checks.ShouldAllBe(state => state.Plan.Name == "disk" || state.Last == null);
    }

    [Theory]
    [InlineData("secret", "secret", true)]
    [InlineData("secret", "Secret", false)]
    [InlineData("secret", "", false)]
    [InlineData("", "", false)]
    [InlineData(null, "", false)]
    public void Token_IsTheOneOfTheCheck_OrNot(string? known, string sent, bool accepted)
    {
        HeartbeatRules.Accept(new HeartbeatRules(TimeSpan.Zero, known), sent).ShouldBe(accepted);
        HeartbeatRules.Accept(rules: null, sent).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("loopback: operator, ")]
    public async Task Heartbeat_OnLoopbackWithAWrongToken_IsRefused(string loopback)
    {
        await using var agent = await StartedAsync(
            $"access: {{ {loopback}tokens: [{{ name: deploy, role: operator, token: a-token-of-an-operator-0123456789 }}] }}");

        (await agent.SendAsync(HttpMethod.Put, agent.Loopback, "/heartbeats/backup", ("Authorization", "Bearer wrong")))
            .ShouldBeProblem(401);
        foreach (var token in new[] { "correct-horse-battery", "a-token-of-an-operator-0123456789" })
        {
            (await agent.SendAsync(HttpMethod.Put, agent.Loopback, "/heartbeats/backup", ("Authorization", $"Bearer {token}")))
                .Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task Heartbeat_OfAPageOfAnotherSite_IsRefused()
    {
        await using var agent = await StartedAsync();

        (await agent.SendAsync(HttpMethod.Post, agent.Loopback, "/heartbeats/import", ("Origin", "https://evil.example")))
            .ShouldBeProblem(403);
    }

    [Theory]
    [InlineData("?status=failed", "status is pass, warn, fail or start")]
    [InlineData("?status=fail&status=pass", "'status' is written more than once")]
    [InlineData("?statsu=fail", "there is no parameter 'statsu' (did you mean 'status'?)")]
    [InlineData("?durationMs=-1", "durationMs is a number of milliseconds, such as 1500")]
    [InlineData("?durationMs=1e300", "durationMs is a number of milliseconds, such as 1500")]
    [InlineData("?durationMs=NaN", "durationMs is a number of milliseconds, such as 1500")]
    public async Task Heartbeat_ThatIsMisspelt_IsNoSuccess(string query, string detail)
    {
        await using var agent = await StartedAsync();

        var reply = await agent.PostAsync("/heartbeats/backup" + query);

        reply.ShouldBeProblem(400);
        reply.Json.GetProperty("detail").GetString().ShouldBe(detail);
        agent.Store.Current.Find("backup")!.Last.ShouldBeNull();
    }

    [Fact]
    public async Task Heartbeat_ByGet_IsNone()
    {
        await using var agent = await StartedAsync();

        var reply = await agent.GetAsync("/heartbeats/import");

        reply.ShouldBeProblem(405);
        agent.Store.Current.Find("import")!.Last.ShouldBeNull();
    }

    private static Task<AgentServer> StartedAsync(string access = "")
    {
        var configured = Configured.Read($"{Yaml}\n{access}\n");
        configured.Errors.ShouldBeEmpty();
        return AgentServer.StartAsync(configured.Agent! with { Concurrency = 0 });
    }
}
