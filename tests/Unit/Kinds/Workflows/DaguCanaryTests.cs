using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Canary runs on Dagu 2.15.</summary>
public sealed class DaguCanaryTests
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Canary_ByBothWays_SucceedsAndIsDeletedOnceDaguIsDoneWithIt()
    {
        await using var dagu = await StartAsync();
        using var check = Check(dagu);
        var verdict = await check.JudgeAsync();
        verdict.Reason.ShouldBeNull();
        verdict.Observed("canary.start").ShouldBeOfType<TimeSpan>();
        verdict.Observed("canary.enqueue").ShouldBeOfType<TimeSpan>();
        verdict.Observed("canary.queued").ShouldBe(TimeSpan.Zero);
        dagu.Requests.Where(request => request.StartsWith("POST", StringComparison.Ordinal))
            .ShouldBe(["POST /dags/canary/start", "POST /dags/canary/enqueue"]);
        dagu.Requests.ShouldAllBe(request => !request.Contains("dequeue"));
        dagu.Runs.Count.ShouldBe(2);

        dagu.Clock.Advance(TimeSpan.FromSeconds(30));
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        dagu.Runs.Count.ShouldBe(4);

        dagu.Clock.Advance(TimeSpan.FromMinutes(10));
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        dagu.Runs.Count.ShouldBe(2);
        dagu.Stalls.ShouldBe(0);
    }

    [Fact]
    public async Task Canary_WhoseDagHasAnotherName_IsFoundByIt()
    {
        await using var dagu = await StartAsync(name: "Canary of the agent");
        using var check = Check(dagu);
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        dagu.Runs.Select(run => run.Name).ShouldBe(["Canary of the agent", "Canary of the agent"]);
    }

    [Fact]
    public async Task Canary_ThatStaysQueued_FailsAndIsNotJoinedByAnother()
    {
        await using var dagu = await StartAsync();
        dagu.OnEnqueue = run => run.Conditions.Add(
            new StandInCondition("Runnable", "False", "NoAvailableWorker", "no worker is idle") { CheckedAt = dagu.Now });
        using var check = Check(dagu);
        var verdict = await check.JudgeAsync();
        var queued = dagu.Queues.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
        var id = queued.Id;
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason!.ShouldStartWith($"canary by enqueue: still queued after 20s ({id}): no worker is free (NoAvailableWorker); "
            + "runbook dagu.md#no-worker");
        verdict.Observed("canary.start").ShouldNotBeNull();

        // Another run of the check, and one of an agent that was restarted.
        dagu.Clock.Advance(TimeSpan.FromMinutes(2));
        using var restarted = Check(dagu);
        foreach (var again in new[] { check, restarted })
        {
            (await again.JudgeAsync()).Reason!.ShouldStartWith(
                $"canary by enqueue: an earlier run is still queued after 2m20s ({id}), so no other was started: no worker is free");
        }

        dagu.Queues[0].Items.ShouldHaveSingleItem().Id.ShouldBe(id);
        (queued.Status, queued.StartedAt, queued.FinishedAt) = (StandInStatus.Succeeded, dagu.Now, dagu.Now);
        (await check.JudgeAsync()).Result.ShouldBe(Result.Fail);
        dagu.Runs.Exists(run => run.Id == id).ShouldBeTrue();
        dagu.Clock.Advance(TimeSpan.FromMinutes(2));
        await check.JudgeAsync();
        dagu.Runs.Exists(run => run.Id == id).ShouldBeFalse();
        dagu.Stalls.ShouldBe(0);
    }

    [Theory]
    [InlineData(true, "the scheduler is active but takes nothing from the queue")]
    [InlineData(false, "no scheduler is active to take it from the queue")]
    public async Task Canary_ThatStaysQueued_SaysWhetherASchedulerIsActive(bool isActive, string cause)
    {
        await using var dagu = await StartAsync();
        dagu.OnEnqueue = static _ => { };
        if (!isActive)
        {
            dagu.Schedulers.Clear();
        }

        using var check = Check(dagu, "by: enqueue", "expect: [schedulers.absent >= 0s]");
        (await check.JudgeAsync()).Reason!.ShouldContain(cause);
    }

    [Theory]
    [InlineData(5, "watched")]
    [InlineData(30, "held against Dagu")]
    public async Task Canary_OfAnAgentThatWasKilled_IsWatchedWhileItIsYoung(int seconds, string what)
    {
        await using var dagu = await StartAsync();
        dagu.Runs.Add(new StandInRun("canary", "health-agent-start-20261126T115959-00000000")
        {
            Status = StandInStatus.Running, StartedAt = dagu.Now,
        });
        dagu.Clock.Advance(TimeSpan.FromSeconds(seconds));
        using var check = Check(dagu, "by: start");
        var verdict = await check.JudgeAsync();
        verdict.Reason!.ShouldStartWith(what == "watched"
            ? "canary by start: still running after 20s (health-agent-start-20261126T115959-00000000)"
            : "canary by start: an earlier run is still running after 30s (health-agent-start-20261126T115959-00000000)");
        dagu.Runs.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canary_OfAnotherAgent_IsItsOwnToDelete(bool isDeleted)
    {
        await using var dagu = await StartAsync();
        var run = new StandInRun("canary", "health-agent-start-20261126T120000-00000000")
        {
            Status = StandInStatus.Running, StartedAt = dagu.Now,
        };
        dagu.Runs.Add(run);
        var looks = 0;
        dagu.OnRequest = request =>
        {
            if (request.StartsWith("GET /dag-runs/canary", StringComparison.Ordinal) && ++looks == 3)
            {
                // It succeeded, and the agent that started it may have deleted it by the time that this one looks.
                (run.Status, run.FinishedAt) = (StandInStatus.Succeeded, dagu.Now);
                _ = isDeleted && dagu.Runs.Remove(run);
            }
        };
        using var check = Check(dagu, "by: start");
        var verdict = await check.JudgeAsync();
        verdict.Reason.ShouldBeNull();
        verdict.Observed("canary.start").ShouldBeOfType<TimeSpan>();
        dagu.Runs.Contains(run).ShouldBe(!isDeleted);
        dagu.Requests.ShouldAllBe(request => request.StartsWith("GET ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("viewer", "it needs the role operator or higher", 0)]
    [InlineData("operator", null, 4)]
    [InlineData("developer", null, 2)]
    public async Task Canary_WithARole_DoesWhatTheRoleAllows(string role, string? reason, int left)
    {
        await using var dagu = await StartAsync();
        dagu.Keys["dagu_key"] = role;
        using var check = Check(dagu, "by: [enqueue, start]", "token: dagu_key");
        await check.JudgeAsync();
        dagu.Clock.Advance(TimeSpan.FromMinutes(2));
        var verdict = await check.JudgeAsync();
        if (reason is null)
        {
            verdict.Reason.ShouldBeNull();
        }
        else
        {
            verdict.ErrorType.ShouldBe(ErrorType.Authorization);
            verdict.Reason!.ShouldContain(reason);
        }

        dagu.Runs.Count.ShouldBe(left);
        dagu.Requests.Count(request => request.StartsWith("DELETE", StringComparison.Ordinal)).ShouldBeLessThan(3);
    }

    internal static async Task<DaguStandIn> StartAsync(string name = "canary")
    {
        var dagu = await DaguStandIn.StartAsync(new LeapingClock(Noon));
        dagu.Dags.Add(new StandInDag("canary") { Name = name });
        dagu.OnEnqueue = static run => (run.Status, run.StartedAt, run.FinishedAt) = (StandInStatus.Succeeded, run.QueuedAt, run.QueuedAt);
        return dagu;
    }

    internal static CheckRun.Instance Check(DaguStandIn dagu, string by = "by: [start, enqueue]", params string[] more) => new(
        Configured.Plan(
        [
            "kind: dagu", $"url: {dagu.Url}", "interval: 1m", "timeout: 50s", $"canary: {{ dag: canary, within: 20s, {by} }}", .. more,
        ]),
        dagu.Clock);
}
