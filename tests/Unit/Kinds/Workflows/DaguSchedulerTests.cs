using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>What happens to schedulers, replayed on a stand-in of 2.15.</summary>
public sealed class DaguSchedulerTests
{
    [Fact]
    public async Task Scheduler_Frozen_FailsOnceNoTakeoverCanCome()
    {
        await using var watch = await DaguWatch.StartAsync();
        (await watch.RunAsync()).Result.ShouldBe(Result.Pass);

        watch.Dagu.Schedulers[0].LastBeat = watch.Dagu.Clock.GetUtcNow();
        var verdicts = await watch.RunForAsync(80);

        // Dagu lists it for 30 s, and a takeover may take another 35 s.
        verdicts.Take(14).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        verdicts[^1].Result.ShouldBe(Result.Fail);
        verdicts[^1].ErrorType.ShouldBe(ErrorType.Expectation);
        verdicts[^1].Reason.ShouldBe(
            "no scheduler has been active for 45s: it stopped, died or froze; runbook dagu.md#no-active-scheduler "
            + "(schedulers.absent <= 35s: was 45s)");
        verdicts[^1].Observed("schedulers.active").ShouldBe(0);
    }

    [Fact]
    public async Task Schedulers_WithAStandby_TakeOverWithoutAVerdict()
    {
        await using var watch = await DaguWatch.StartAsync();
        var dagu = watch.Dagu;
        dagu.Schedulers.Add(new StandInService("scheduler-2", "host-b", dagu.Now) { Status = "inactive" });
        await watch.RunAsync();

        dagu.Schedulers[0].LastBeat = dagu.Clock.GetUtcNow();
        var waiting = await watch.RunForAsync(35);
        dagu.Schedulers[1].Status = "active";
        var after = await watch.RunForAsync(120);

        waiting.Concat(after).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        waiting[^1].Observed("schedulers.active").ShouldBe(0);
        after[0].Observed("schedulers.absent").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Schedulers_OnlyStandbys_AreNoScheduler()
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.Schedulers[0].Status = "inactive";
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Fail, "the web server has run for an hour: it cannot be a takeover that nobody saw begin");
        verdict.Reason.ShouldNotBeNull().ShouldStartWith("only standbys (1), no scheduler has been active for 1h");
    }

    [Fact]
    public async Task Schedulers_NoneListedAtFirst_AreNoScheduler()
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.Schedulers.Clear();
        (await watch.RunAsync()).Reason.ShouldNotBeNull().ShouldStartWith("no scheduler has been active for 1h: it stopped, died or froze");
    }

    [Fact]
    public async Task Schedulers_TwoActiveAtATakeover_AreNoSplitBrain()
    {
        await using var watch = await DaguWatch.StartAsync();
        var dagu = watch.Dagu;
        await watch.RunAsync();
        dagu.Schedulers.Add(new StandInService("scheduler-2", "host-b", dagu.Now));
        var both = await watch.RunForAsync(10);
        dagu.Schedulers.RemoveAt(0);
        (await watch.RunForAsync(30)).Concat(both).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        both[^1].Observed("schedulers.active").ShouldBe(2);
    }

    [Fact]
    public async Task Schedulers_TwoActiveForLong_AreASplitBrain()
    {
        await using var watch = await DaguWatch.StartAsync();
        await watch.RunAsync();
        watch.Dagu.Schedulers.Add(new StandInService("scheduler-2", "host-b", watch.Dagu.Now));
        var verdict = (await watch.RunForAsync(25))[^1];
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason.ShouldBe(
            "2 schedulers (host-a, host-b) have been active for 20s, which may run everything twice: split brain; "
            + "runbook dagu.md#two-schedulers (schedulers.split <= 15s: was 20s)");
    }

    [Fact]
    public async Task Scheduler_InACrashLoop_IsTold()
    {
        await using var watch = await DaguWatch.StartAsync();
        await watch.RunAsync();
        CheckVerdict? verdict = null;
        for (var i = 0; i < 3; i++)
        {
            verdict = (await watch.RunForAsync(20))[^1];
            verdict.Result.ShouldBe(Result.Pass);
            watch.Dagu.Schedulers[0].StartedAt = watch.Dagu.Now;
        }

        verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith(
            "the scheduler on host-a was started 3 times again in 10 minutes: crash loop; runbook dagu.md#scheduler-crash-loop");
        (await watch.RunForAsync(660))[^1].Result.ShouldBe(Result.Pass);
    }

    [Fact]
    public async Task Scheduler_InACrashLoopThatNeverGetsTheLock_IsNotJustAbsent()
    {
        await using var watch = await DaguWatch.StartAsync();
        await watch.RunAsync();
        watch.Dagu.Schedulers[0].Status = "inactive";
        for (var i = 0; i < 3; i++)
        {
            (await watch.RunForAsync(10))[^1].Result.ShouldBe(Result.Pass);
            watch.Dagu.Schedulers[0].StartedAt = watch.Dagu.Now;
        }

        (await watch.RunForAsync(5))[^1].Reason.ShouldBe(
            "only standbys (1), no scheduler has been active for 30s, and the one on host-a was started 3 times again in 10 minutes: crash "
            + "loop; runbook dagu.md#scheduler-crash-loop (schedulers.restarts < 3: was 3)");
    }

    [Fact]
    public async Task Scheduler_InACrashLoop_IsToldThoughItIsSeldomListed()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [schedulers.absent <= 10m]");
        var scheduler = watch.Dagu.Schedulers[0];
        watch.Dagu.Schedulers.Clear();
        (await watch.RunAsync()).Observed("schedulers.restarts").ShouldBe(0);
        for (var i = 0; i < 4; i++)
        {
            scheduler.StartedAt = watch.Dagu.Now;
            watch.Dagu.Schedulers.Add(scheduler);
            (await watch.RunForAsync(20))[^1].Observed("schedulers.restarts").ShouldBe(i);
            watch.Dagu.Schedulers.Clear();
            (await watch.RunForAsync(40))[^1].Observed("schedulers.restarts").ShouldBe(i);
        }
    }

    [Fact]
    public async Task Schedulers_OfARollingUpgrade_AreNoCrashLoop()
    {
        await using var watch = await DaguWatch.StartAsync();
        foreach (var host in (string[])["host-b", "host-c", "host-d", "host-e"])
        {
            (await watch.RunForAsync(20))[^1].Result.ShouldBe(Result.Pass);
            watch.Dagu.Schedulers[0] = new StandInService($"scheduler-{host}", host, watch.Dagu.Now);
        }

        (await watch.RunAsync()).Result.ShouldBe(Result.Pass);
    }
}
