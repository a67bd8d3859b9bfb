using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>What happens to queues, replayed on a stand-in of 2.15.</summary>
public sealed class DaguQueueTests
{
    [Theory]
    [InlineData("NoAvailableWorker", "no worker is free (NoAvailableWorker); runbook dagu.md#no-worker")]
    [InlineData("NoMatchingWorker", "no worker has the labels that its DAG selects (NoMatchingWorker); runbook dagu.md#no-worker")]
    [InlineData("WorkerDispatchUnavailable", "no coordinator dispatches (WorkerDispatchUnavailable); runbook dagu.md#no-coordinator")]
    [InlineData("StartupNotObserved", "it was launched but did not start (StartupNotObserved); runbook dagu.md#queued-for-ever")]
    [InlineData("SomethingNew", "in words (SomethingNew); runbook dagu.md#queued-for-ever")]
    [InlineData(null, "Dagu's dispatcher does not look at it; runbook dagu.md#queued-for-ever")]
    public async Task Queue_ThatDoesNotStartItsHead_WarnsThenFailsWithDagusReason(string? reason, string words)
    {
        await using var watch = await DaguWatch.StartAsync();
        await watch.RunAsync();
        Enqueue(watch.Dagu, "etl", capacity: 2, reason);

        var verdicts = await watch.RunForAsync(330, every: 15);

        verdicts.Take(3).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        verdicts[10].Result.ShouldBe(Result.Warn);
        verdicts[^1].Result.ShouldBe(Result.Fail);
        verdicts[^1].Reason.ShouldNotBeNull().ShouldStartWith($"etl has waited 5m30s in queue etl although it has capacity: {words}");
        verdicts[^1].Observed("queue.condition").ShouldBe(reason);
    }

    [Fact]
    public async Task Queue_WithoutAnActiveScheduler_SaysSoRatherThanWhatDaguSaidBefore()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [schedulers.absent < 1h]");
        await watch.RunAsync();
        watch.Dagu.Schedulers.Clear();
        Enqueue(watch.Dagu, "etl", capacity: 2, reason: null);

        (await watch.RunForAsync(330, every: 15))[^1].Reason.ShouldNotBeNull().ShouldStartWith(
            "etl has waited 5m30s in queue etl although it has capacity: no scheduler is active; runbook dagu.md#no-active-scheduler");
    }

    [Fact]
    public async Task Queue_WithCorruptLeases_IsNamed()
    {
        await using var watch = await DaguWatch.StartAsync();
        var run = Enqueue(watch.Dagu, "etl", capacity: 2, "QueueStateUnavailable", type: "QueueReady", status: "Unknown");
        run.Conditions.Insert(0, new StandInCondition("Runnable", "Unknown", "RunLivenessUnavailable", ""));
        run.QueuedAt = watch.Dagu.Now.AddMinutes(-10);
        (await watch.RunAsync()).Reason.ShouldBe(
            "etl has waited 10m in queue etl although it has capacity: corrupt leases: Dagu cannot read the state of the queue "
            + "(QueueStateUnavailable); runbook dagu.md#corrupt-leases (queue.waiting <= 5m: was 10m)");
    }

    [Fact]
    public async Task Queue_WithAnEntryThatCannotBeRead_IsNamedThoughDaguListsNothing()
    {
        await using var watch = await DaguWatch.StartAsync("token: dagu_key");
        watch.Dagu.Keys["dagu_key"] = "viewer";
        Enqueue(watch.Dagu, "etl", capacity: 1, "MaxConcurrencyReached");
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Pass);
        verdict.Observed("queue.unreadable").ShouldBe(0);

        watch.Dagu.UnreadableEntries = 1;
        var verdicts = await watch.RunForAsync(420, every: 15);
        verdicts[3].Result.ShouldBe(Result.Pass);
        verdicts[8].Result.ShouldBe(Result.Warn);
        verdicts[^1].Reason.ShouldNotBeNull().ShouldStartWith(
            "Dagu cannot read 1 entry of its queues, whose runs never start; runbook dagu.md#corrupt-queue-entries "
            + "(queue.unreadableFor <= 5m: was ");
        watch.Dagu.Requests.Count(request => request == "GET /metrics").ShouldBeLessThan(2 * 29);

        watch.Dagu.UnreadableEntries = 0;
        (await watch.RunForAsync(60, every: 15))[^1].Observed("queue.unreadableFor").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Queue_AtItsLimit_IsNotStuckHoweverLong()
    {
        await using var watch = await DaguWatch.StartAsync();
        var dagu = watch.Dagu;
        Enqueue(dagu, "etl", capacity: 1, "MaxConcurrencyReached").QueuedAt = dagu.Now.AddHours(-5);
        dagu.Queues[0].Running.Add(
            new StandInRun("etl", "under-way") { Status = StandInStatus.Running, StartedAt = dagu.Now.AddHours(-6) });
        (await watch.RunForAsync(600, every: 15)).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        dagu.Requests.ShouldNotContain(request => request.Contains("/items"), "a queue without capacity is not looked into");
    }

    [Fact]
    public async Task Queue_ThatDaguSaysIsAtItsLimit_IsNotStuck()
    {
        await using var watch = await DaguWatch.StartAsync();
        var run = Enqueue(watch.Dagu, "etl", capacity: 2, "MaxConcurrencyReached");
        run.QueuedAt = watch.Dagu.Now.AddHours(-5);
        (await watch.RunAsync()).Observed("queue.waiting").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Queue_ThatAdvances_IsNotStuckThoughItsRunsAreOld()
    {
        await using var watch = await DaguWatch.StartAsync();
        var dagu = watch.Dagu;
        await watch.RunAsync();
        for (var i = 0; i < 20; i++)
        {
            Enqueue(dagu, "etl", capacity: 2, reason: null, id: $"{i}").QueuedAt = dagu.Now.AddHours(-3);
        }

        await watch.RunForAsync(15, every: 15);
        for (var i = 0; i < 20; i++)
        {
            dagu.Queues[0].Items.RemoveAt(0);
            (await watch.RunForAsync(45, every: 15)).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        }
    }

    [Fact]
    public async Task Queue_OfADaguThatWasJustStarted_HasWaitedNoLonger()
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.Started = watch.Dagu.Now.AddSeconds(-3);
        Enqueue(watch.Dagu, "etl", capacity: 2, reason: null).QueuedAt = watch.Dagu.Now.AddHours(-8);
        var verdict = await watch.RunAsync();
        verdict.Reason.ShouldBeNull();
        verdict.Observed("queue.waiting").ShouldBe(TimeSpan.FromSeconds(3));
        (await watch.RunForAsync(300, every: 15))[^1].Result.ShouldBe(Result.Fail);
    }

    [Fact]
    public async Task Queue_WhoseHeadIsALeftover_IsLookedPast()
    {
        await using var watch = await DaguWatch.StartAsync();
        Enqueue(watch.Dagu, "etl", capacity: 2, reason: null, id: "done").Status = StandInStatus.Succeeded;
        (await watch.RunForAsync(600, every: 15))[^1].Observed("queue.waiting").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Queue_OldCondition_IsNotBelieved()
    {
        await using var watch = await DaguWatch.StartAsync();
        var run = Enqueue(watch.Dagu, "etl", capacity: 2, reason: null);
        run.Conditions.Add(new StandInCondition("Runnable", "False", "MaxConcurrencyReached", "")
        {
            CheckedAt = watch.Dagu.Now.AddMinutes(-4),
        });
        run.QueuedAt = watch.Dagu.Now.AddMinutes(-6);
        (await watch.RunAsync()).Reason.ShouldNotBeNull().ShouldContain("Dagu's dispatcher does not look at it");
    }

    internal static StandInRun Enqueue(
        DaguStandIn dagu, string name, int capacity, string? reason, string type = "Runnable", string status = "False", string id = "run-1")
    {
        var run = new StandInRun(name, id) { Status = StandInStatus.Queued, QueuedAt = dagu.Now };
        if (reason is not null)
        {
            run.Conditions.Add(new StandInCondition(type, status, reason, "in words"));
        }

        if (dagu.Queues.Find(queue => queue.Name == name) is not { } queue)
        {
            dagu.Queues.Add(queue = new StandInQueue(name, capacity));
        }

        queue.Items.Add(run);
        dagu.Runs.Add(run);
        return run;
    }
}
