using HealthAgent.Agent.Commands;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Reload;

/// <summary>Reading the configuration again, through the whole agent.</summary>
public sealed class ReloadTests : ReloadingAgent
{
    [Fact]
    public async Task Post_AnotherConfiguration_IsInForceWholeAndSaysWhatChanged()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        var before = Agent.Store.Current.Find("stays")!;

        var reply = await ReloadAsync(ThreeOthers);

        (reply.Status, reply.ContentType).ShouldBe((200, "application/json"));
        Names(reply, "added").ShouldBe(["comes"]);
        Names(reply, "changed").ShouldBe(["changes"]);
        Names(reply, "removed").ShouldBe(["goes"]);
        reply.Json.GetProperty("unchanged").GetInt32().ShouldBe(1);
        Agent.Store.Current.Find("stays")!.Last.ShouldBeSameAs(before.Last);
        (await Agent.GetAsync("/health/checks/goes")).Status.ShouldBe(404);
        (await Agent.GetAsync("/health/groups/old")).Status.ShouldBe(404);
        (await Agent.GetAsync("/readyz?verbose")).Body.ShouldNotContain("goes");
        await HealthyAsync("stays", "changes", "comes");
        (await Agent.GetAsync("/health/groups/new")).Status.ShouldBe(200);
        Event("health_agent.config_reloaded").Message.ShouldContain("1 added, 1 changed, 1 removed, 1 unchanged");
    }

    [Fact]
    public async Task Post_WithMistakes_NamesThemAllAndKeepsThePrevious()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        var before = Agent.Store.Current.Plan;

        var reply = await ReloadAsync("checks:\n  - { name: a, kind: tpc }\n  - { name: b, kind: memory, timout: 1s }\n");

        reply.ShouldBeProblem(422);
        Names(reply, "errors").ShouldBe(
        [
            $"{Path}:2:22: checks[a].kind: there is no kind 'tpc' (did you mean 'tcp'?)",
            $"{Path}:3:30: checks[b].timout: unknown key (did you mean 'timeout'?)",
        ]);
        Agent.Store.Current.Plan.ShouldBeSameAs(before);
        (await MetricsAsync()).ShouldContain("health_agent_config_last_reload_successful{} 0\n");
        var rejected = Event("health_agent.config_rejected");
        (rejected.Level, rejected.Message.Contains("did you mean 'tcp'?", StringComparison.Ordinal)).ShouldBe((LogLevel.Error, true));

        (await ReloadAsync(Three)).Status.ShouldBe(200);
        Agent.Clock.Advance(TimeSpan.FromSeconds(1));
        (await MetricsAsync()).ShouldContain("health_agent_config_last_reload_successful{} 1\n");
    }

    [Fact]
    public async Task Post_AFileThatIsGone_IsRejected()
    {
        await StartAsync(Three);
        File.Delete(Path);

        var reply = await PostAsync();

        reply.ShouldBeProblem(422);
        Names(reply, "errors").ShouldBe([$"{Path}:1:1: the file does not exist"]);
        Agent.Store.Current.Checks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Post_FromElsewhere_IsRefused()
    {
        await StartAsync(Three);
        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);

        (await Agent.SendAsync(HttpMethod.Post, Agent.Public, "/reload")).ShouldBeProblem(401);
        (await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload", ("Origin", "https://elsewhere.example"))).ShouldBeProblem(403);
        (await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload", ("Origin", "null"))).ShouldBeProblem(403);
        (await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload", ("Origin", $"http://localhost:{Agent.Loopback.Port + 1}")))
            .ShouldBeProblem(403);
        (await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload", ("Sec-Fetch-Site", "cross-site"))).ShouldBeProblem(403);
        (await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload", ("Sec-Fetch-Site", "same-site"))).ShouldBeProblem(403);
        (await Agent.GetAsync("/reload")).ShouldBeProblem(405);

        Agent.Store.Current.Find("comes").ShouldBeNull();
        (await Agent.SendAsync(
            HttpMethod.Post, Agent.Loopback, "/reload", ("Origin", $"http://{Agent.Loopback.Authority}"),
            ("Sec-Fetch-Site", "same-origin"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Post_OtherHosts_AreServedAtOnce()
    {
        await StartAsync(Three);
        const string Request = "GET /livez HTTP/1.1\r\nHost: health.shop.example\r\nConnection: close\r\n\r\n";
        (await Agent.SendRawAsync(Request)).ShouldStartWith("HTTP/1.1 421 ");

        var reply = await ReloadAsync("agent: { hosts: health.shop.example }\n" + Three);

        Names(reply, "settings").ShouldBe(["agent.hosts"]);
        (await Agent.SendRawAsync(Request)).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task Post_SettingsThatNeedARestart_AreNamed()
    {
        await StartAsync(Three);

        var reply = await ReloadAsync(
            "agent: { listen: 'http://127.0.0.1:1', labels: { env: prod }, concurrency: 7, memory: 20MiB, drain: 7s }\n" + Three);

        Names(reply, "needRestart").ShouldBe(["agent.listen", "agent.labels"]);
        Names(reply, "settings").ShouldBe(["agent.concurrency", "agent.concurrencyPerHost", "agent.memory", "agent.drain"]);
        Agent.Store.Current.Plan.Concurrency.ShouldBe(7);
        Event("health_agent.config_reloaded").Level.ShouldBe(LogLevel.Warning);
    }

    [Fact]
    public async Task Post_OnceNoMoreRunsStart_IsRefusedInWords()
    {
        await StartAsync(Three);
        await Agent.Services.GetRequiredService<Drain>().RunAsync();

        var reply = await ReloadAsync("agent: { concurrency: 7 }\n" + Three);

        reply.ShouldBeProblem(503);
        reply.Json.GetProperty("detail").GetString().ShouldBe("the agent is stopping");
    }

    [Fact]
    public async Task Post_SeveralAtATime_AreTakenOneAfterTheOther()
    {
        await StartAsync(Three);
        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync()));

        replies.ShouldAllBe(reply => reply.Status == 200);
        replies.Count(reply => Names(reply, "added").Count == 1).ShouldBe(1);
    }

    [Fact]
    public async Task Post_WithChecksRegisteredInCode_KeepsThemUndisturbed()
    {
        await StartAsync(Three, services => services.AddHealthChecks().AddCheck("In Code", () => HealthCheckResult.Healthy()));
        await HealthyAsync("in-code");
        var before = Agent.Store.Current.Find("in-code")!;

        (await ReloadAsync(ThreeOthers)).Status.ShouldBe(200);

        Agent.Store.Current.Find("in-code")!.Last.ShouldBeSameAs(before.Last);
        (await ReloadAsync("checks:\n  - { name: in-code, kind: memory }\n")).ShouldBeProblem(422);
        Agent.Store.Current.Find("comes").ShouldNotBeNull();
    }

    private static List<string> Names(Reply reply, string property) =>
        [.. reply.Json.GetProperty(property).EnumerateArray().Select(name => name.GetString()!)];
}
