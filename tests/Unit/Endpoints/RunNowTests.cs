using System.Text.Json;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthAgent.Unit.Endpoints.RunningAgent;

namespace HealthAgent.Unit.Endpoints;

/// <summary><c>POST /health/checks/{name}/run</c> and <c>POST /health/run</c> of a running agent.</summary>
public sealed class RunNowTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Run_OfACheck_AnswersWithItsOutcomeAsCheckPrintsIt()
    {
        var checks = new[] { Plans.Check("db", failureThreshold: 2, make: _ => Scripted("PF")) };
        await using var agent = await StartedAsync(checks);

        var reply = await agent.PostAsync("/health/checks/db/run");

        (reply.Status, reply.ContentType, reply.Headers["Cache-Control"]).ShouldBe((200, "application/json", "no-store"));
        Members(reply).ShouldBe(
        [
            "name=db", "kind=scripted", "tier=dependency", "outcome=fail", "errorType=expectation", "reason=as scripted",
            "startedAt=*", "duration=*", "observations=*", "conditions=*", "hints=*", "runbook=*", "explanation=*", "status=healthy",
            "shared=False",
        ]);
        reply.Json.GetProperty("explanation").GetProperty("tries").GetInt32().ShouldBe(1);
        agent.Store.Current.Find("db")!.Streak.Fails.ShouldBe(1, "it is folded in");
    }

    [Fact]
    public async Task Run_ByCallersAtTheSameTime_IsOne()
    {
        var check = Gated(after: 1);
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => check));
        var worker = agent.Services.GetRequiredService<Worker>();

        var first = agent.PostAsync("/health/checks/db/run");
        await Eventually.Is(() => check.Starts.Count == 2, "it is under way");
        var order = new RunOrder(IsExplained: true, IsLimited: true);
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => worker.RequestRunsAsync(["db"], order))));
        _gate.SetResult();

        var run = await others[0][0].Run.Ends();
        others.ShouldAllBe(tickets => tickets[0].IsShared && tickets[0].Run == others[0][0].Run);
        run.Record!.Result.ShouldBe(Result.Pass);
        (await first).Json.GetProperty("shared").GetBoolean().ShouldBeFalse();
        check.Starts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_ThatItsCallerLeaves_GoesOnAndIsNoted()
    {
        var check = Gated(after: 1);
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => check));
        using var leaving = new CancellationTokenSource();

        var reply = agent.SendAsync(HttpMethod.Post, "/health/checks/db/run", json: null, leaving.Token);
        await Eventually.Is(() => check.Starts.Count == 2, "it is under way");
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(reply);
        await Eventually.Is(() => agent.Actions().Any(), "it is noted");
        _gate.SetResult();

        await Eventually.Is(() => agent.Store.Current.Find("db")!.Executions.Endings.Sum(ending => ending.Count) == 2, "it is folded in");
        agent.Actions().Single().ShouldContain("health_agent.action.outcome=unanswered");
    }

    [Fact]
    public async Task Run_TooOften_IsAnsweredWithWhenToComeAgain()
    {
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => Scripted("P")));
        for (var i = 0; i < 3; i++)
        {
            (await agent.PostAsync("/health/checks/db/run")).Status.ShouldBe(200);
        }

        var reply = await agent.PostAsync("/health/checks/db/run");

        reply.ShouldBeProblem(429);
        reply.Headers["Retry-After"].ShouldBe("10");
        agent.Clock.Advance(TimeSpan.FromSeconds(5));
        (await agent.PostAsync("/health/checks/db/run")).Headers["Retry-After"].ShouldBe("5");
    }

    [Fact]
    public async Task Run_OfWhatIsNotRun_SaysWhy()
    {
        await using var agent = await StartedAsync(
            Plans.Check("db", failureThreshold: 1, make: _ => Scripted("F")), Plans.Check("api", dependsOn: "db"),
            Plans.Check("job") with { IsPassive = true });

        (await agent.PostAsync("/health/checks/nothing/run")).ShouldBeProblem(404);
        var suppressed = await agent.PostAsync("/health/checks/api/run");
        suppressed.ShouldBeProblem(409);
        suppressed.Json.GetProperty("detail").GetString().ShouldBe("not run: db is unhealthy, and it depends on that one");
        var passive = await agent.PostAsync("/health/checks/job/run");
        passive.ShouldBeProblem(409);
        passive.Json.GetProperty("detail").GetString()!.ShouldContain("PUT /heartbeats/");
    }

    [Fact]
    public async Task Run_OfAll_HasEachThatIsRunAndWhyOthersAreNot()
    {
        await using var agent = await StartedAsync(
            Plans.Check("db", failureThreshold: 1, make: _ => Scripted("F")), Plans.Check("api", dependsOn: "db"),
            Plans.Check("cache", make: _ => Scripted("P")),
            Plans.Check("orders", tier: Tier.Functional, impact: Impact.Degrading, make: _ => Scripted("P")));

        var light = (await agent.PostAsync("/health/run")).Json;
        var full = (await agent.PostAsync("/health/run?mode=full")).Json;

        light.GetProperty("mode").GetString().ShouldBe("light");
        light.GetProperty("status").GetString().ShouldBe("unhealthy");
        Names(light, "runs").ShouldBe(["db", "cache"]);
        Names(light, "notRun").ShouldBe(["api"]);
        light.GetProperty("runs")[1].GetProperty("explanation").GetProperty("tries").GetInt32().ShouldBe(1);
        Names(full, "runs").ShouldBe(["db", "cache", "orders"]);
        var refused = await agent.PostAsync("/health/run");
        refused.ShouldBeProblem(429);
        refused.Headers["Retry-After"].ShouldBe("30");
        (await agent.PostAsync("/health/run?mode=some")).ShouldBeProblem(400);
    }

    [Fact]
    public async Task Run_ByACallerWhoMayNot_IsRefusedAlikeWhetherTheCheckExists()
    {
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => Scripted("P")));

        var (known, unknown) = (
            await agent.SendAsync(HttpMethod.Post, agent.Public, "/health/checks/db/run"),
            await agent.SendAsync(HttpMethod.Post, agent.Public, "/health/checks/nothing/run"));

        known.ShouldBeProblem(401);
        known.Body.ShouldBe(unknown.Body);
        agent.Store.Current.Find("db")!.Executions.Endings.Sum(ending => ending.Count).ShouldBe(1);
    }

    [Fact]
    public async Task Run_WhenTheAgentStops_IsAnswered()
    {
        var check = Gated(after: 1);
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => check, timeout: TimeSpan.FromSeconds(9)));
        var (running, ended) = (agent.PostAsync("/health/checks/db/run"), false);
        await Eventually.Is(() => check.Starts.Count == 2, "it is under way");

        var stopping = agent.Services.GetRequiredService<WorkerLifetime>().StoppingAsync(CancellationToken.None);
        (await agent.PostAsync("/health/checks/db/run")).ShouldBeProblem(503);
        await Eventually.Is(() =>
        {
            agent.Clock.Advance(TimeSpan.FromMilliseconds(250));
            return ended |= running.IsCompleted;
        }, "runs have six seconds");

        (await running).ShouldBeProblem(503);
        _gate.SetResult();
        await stopping;
    }

    private ScriptedCheck Gated(int after) => new(TimeProvider.System, async (number, _) =>
    {
        await (number < after ? Task.CompletedTask : _gate.Task);
        return HealthCheckResult.Healthy();
    });

    private static IEnumerable<string> Members(Reply reply) => reply.Json.EnumerateObject().Select(member =>
        $"{member.Name}={(member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Number
            || member.Name is "startedAt" or "runbook" ? "*" : member.Value)}");

    private static IEnumerable<string?> Names(JsonElement json, string list) =>
        json.GetProperty(list).EnumerateArray().Select(one => one.GetProperty("name").GetString());
}
