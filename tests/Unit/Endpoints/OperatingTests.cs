using System.Text.Json;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Endpoints.OperatedChecks;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Acknowledgements, windows and silences by requests to a running agent.</summary>
public sealed class OperatingTests
{
    [Fact]
    public async Task Acknowledge_OfAnUnhealthyCheck_IsShownEverywhereUntilItIsTakenBack()
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        agent.Record("db", "F");

        var reply = await agent.PostAsync(Acknowledge, """{ "reason": "disk is on its way", "for": "2h" }""");

        reply.Status.ShouldBe(200);
        reply.Json.GetProperty("warning").GetString().ShouldBe("held in memory only; set agent.history.path to keep it over a restart");
        const string Expected =
            "{'by':'loopback','at':'2026-03-01T12:00:00.000Z','until':'2026-03-01T14:00:00.000Z','reason':'disk is on its way'}";
        foreach (var json in new[]
        {
            reply.Json,
            (await agent.GetAsync("/health/checks/db")).Json,
            (await agent.GetAsync("/health?mode=full")).Json.GetProperty("checks").EnumerateObject()
                .First(entry => entry.Name.StartsWith("db:", StringComparison.Ordinal)).Value[0],
        })
        {
            Compact(json.GetProperty("acknowledged")).ShouldBe(Expected);
        }

        (await agent.GetAsync("/metrics")).Body.ShouldMatch("health_check_acknowledged{[^}]*health_check_name=\"db\"[^}]*} 1");
        (await agent.SendAsync(HttpMethod.Delete, agent.Loopback, Acknowledge)).Status.ShouldBe(204);
        (await agent.GetAsync("/health/checks/db")).Json.TryGetProperty("acknowledged", out _).ShouldBeFalse();
        (await agent.SendAsync(HttpMethod.Delete, agent.Loopback, Acknowledge)).ShouldBeProblem(404);
        agent.Actions().Select(line => line.Split(';')[0]).ShouldBe(
            ["health_agent.action=acknowledge", "health_agent.action=unacknowledge", "health_agent.action=unacknowledge"]);
    }

    [Fact]
    public async Task Acknowledge_OfWhatIsNotWrong_IsRefused()
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        agent.Record("db", "P");

        (await agent.PostAsync(Acknowledge, """{ "reason": "because" }""")).ShouldBeProblem(409);
        (await agent.PostAsync("/health/checks/nothing/acknowledge", """{ "reason": "because" }""")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Event_OfAnAcknowledgedCheck_SaysSo()
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        agent.Record("db", "W");
        await agent.PostAsync(Acknowledge, """{ "reason": "known" }""");

        agent.Record("db", "F");

        var changed = agent.Log.Records.Last(record => record.Id.Name == "health_check.state_changed");
        changed.Message.ShouldContain(" (acknowledged by loopback): ");
        changed.Attributes.ShouldContain(new KeyValuePair<string, object?>("health_check.acknowledged", true));
        changed.Attributes.ShouldContain(new KeyValuePair<string, object?>("health_check.acknowledged.by", "loopback"));
    }

    [Theory]
    [InlineData("/maintenance", "maintenance")]
    [InlineData("/silences", "silenced")]
    public async Task Window_IsMadeShownAndRemoved(string path, string member)
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        agent.Record("db", "F");

        var made = await agent.PostAsync(path, """{ "name": "move", "groups": ["orders"], "duration": "30m", "reason": "new disks" }""");

        made.Status.ShouldBe(201);
        var id = made.Json.GetProperty("id").GetString()!;
        made.Headers["Location"].ShouldBe($"{path}/{id}");
        (await agent.GetAsync("/health/checks/db")).Json.GetProperty(member).GetString().ShouldBe("move");
        (await agent.GetAsync("/health/checks/api")).Json.TryGetProperty(member, out _).ShouldBeFalse();
        (await agent.GetAsync("/readyz/db")).Status.ShouldBe(503, "a single check is what it is");
        Compact((await agent.GetAsync(path)).Json.GetProperty("windows")[0]).ShouldBe(
            $"{{'id':'{id}','source':'api','name':'move','checks':[],'groups':['orders'],'active':true,"
            + "'start':'2026-03-01T12:00:00.000Z','until':'2026-03-01T12:30:00.000Z','reason':'new disks','by':'loopback',"
            + "'at':'2026-03-01T12:00:00.000Z'}");
        (await agent.SendAsync(HttpMethod.Get, agent.Public, path)).ShouldBeProblem(401);

        var other = path == "/silences" ? "/maintenance" : "/silences";
        (await agent.SendAsync(HttpMethod.Delete, agent.Loopback, $"{other}/{id}")).ShouldBeProblem(404);
        (await agent.SendAsync(HttpMethod.Delete, agent.Loopback, $"{path}/{id}")).Status.ShouldBe(204);
        (await agent.SendAsync(HttpMethod.Delete, agent.Loopback, $"{path}/{id}")).ShouldBeProblem(404);
        (await agent.GetAsync(path)).Json.GetProperty("windows").GetArrayLength().ShouldBe(0);
        agent.Actions()[0].ShouldContain($"health_agent.action.id={id}");
    }

    [Fact]
    public async Task Maintenance_ListsTheWindowsOfTheConfigurationToo()
    {
        var configured = Support.Configured.Read("""
            checks: [{ name: db, kind: self }]
            maintenance:
              - { name: nightly, checks: ["*"], cron: "0 2 * * *", duration: 30m, timeZone: Europe/Paris }
              - { name: over, checks: [db], start: 2026-02-01T00:00:00Z, duration: 1h }
            """);
        await using var agent = await AgentServer.StartAsync(configured.Agent! with { Concurrency = 0 });

        Compact((await agent.GetAsync("/maintenance")).Json.GetProperty("windows")).ShouldBe(
            "[{'source':'configuration','name':'nightly','checks':['*'],'groups':[],'active':false,'start':'2026-03-02T01:00:00.000Z',"
            + "'until':'2026-03-02T01:30:00.000Z','cron':'0 2 * * *','timeZone':'Europe/Paris'}]");
    }

    [Fact]
    public async Task Windows_AreNoMoreThanAHundredOfAKind()
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        const string Body = """{ "checks": ["*"], "duration": "1h", "reason": "x" }""";
        for (var i = 0; i < 100; i++)
        {
            (await agent.PostAsync("/silences", Body)).Status.ShouldBe(201);
        }

        (await agent.PostAsync("/silences", Body)).ShouldBeProblem(409);
        (await agent.PostAsync("/maintenance", Body)).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("POST", Acknowledge)]
    [InlineData("DELETE", Acknowledge)]
    [InlineData("POST", "/maintenance")]
    [InlineData("DELETE", "/maintenance/x")]
    [InlineData("POST", "/silences")]
    [InlineData("DELETE", "/silences/x")]
    public async Task Actions_OfACallerWhoMayNot_AreRefusedBeforeAnythingIsRead(string method, string path)
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);

        (await agent.SendAsync(new HttpMethod(method), agent.Public, path)).ShouldBeProblem(401);
    }

    [Fact]
    public async Task Restart_WithADirectory_KeepsWhatWasSaid()
    {
        using var folder = new Support.WatchedFolder();
        var plan = Plans.Agent(TwoChecks) with { Concurrency = 0, HistoryPath = Path.Combine(folder.Root, "state") };
        string id;
        await using (var before = await AgentServer.StartAsync(plan))
        {
            before.Record("db", "F");
            (await before.PostAsync(Acknowledge, """{ "reason": "known", "for": "2h" }""")).Json
                .TryGetProperty("warning", out _).ShouldBeFalse();
            var made = await before.PostAsync("/silences", """{ "checks": ["api"], "duration": "1h", "reason": "noise" }""");
            made.Json.TryGetProperty("warning", out _).ShouldBeFalse();
            id = made.Json.GetProperty("id").GetString()!;
        }

        await using var agent = await AgentServer.StartAsync(plan);

        var known = agent.Store.Current.Find("db")!.Acknowledged!;
        (known.Reason, known.By, known.Until).ShouldBe(("known", "loopback", known.At.AddHours(2)));
        await Eventually.Is(() =>
        {
            agent.Clock.Advance(TimeSpan.FromSeconds(1));
            return agent.Store.Current.Find("api")!.Silence == id;
        }, "it is silenced again");
        File.WriteAllText(Path.Combine(plan.HistoryPath, "operations.json"), "{ not JSON");
        agent.Services.GetService(typeof(HealthAgent.Operations.OperationsFile))
            .ShouldBeOfType<HealthAgent.Operations.OperationsFile>().Load()
            .ShouldBe(CarriedOperations.None);
        agent.Log.Records.ShouldContain(record => record.Message.StartsWith("operations.json in agent.history.path cannot be read"));
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json).Replace('"', '\'');
}
