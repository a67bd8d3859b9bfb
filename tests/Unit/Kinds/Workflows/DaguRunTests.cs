using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Runs and DAG files, replayed on a stand-in of 2.15.</summary>
public sealed class DaguRunTests
{
    [Fact]
    public async Task Failures_AcrossMidnight_AreCountedFromRuns()
    {
        await using var watch = await DaguWatch.StartAsync("window: 2h", "expect: [runs.failureRatio < 50%]");
        var dagu = watch.Dagu;
        dagu.Clock.Advance(TimeSpan.FromHours(12.5));
        for (var i = 0; i < 1200; i++)
        {
            dagu.Runs.Add(new StandInRun(i % 2 == 0 ? "etl" : "report", $"{i}")
            {
                Status = i % 2 == 0 || i % 5 == 0 ? StandInStatus.Failed : StandInStatus.Succeeded,
                StartedAt = dagu.Now.AddSeconds(-5 * i), FinishedAt = dagu.Now.AddSeconds(-5 * i + 2),
            });
        }

        dagu.Runs.Add(new StandInRun("etl", "old") { Status = StandInStatus.Failed, StartedAt = dagu.Now.AddHours(-3) });
        dagu.Runs.Add(new StandInRun("etl", "stopped") { Status = StandInStatus.Aborted, StartedAt = dagu.Now });
        var verdict = await watch.RunAsync();
        verdict.Observed("runs.finished").ShouldBe(1200);
        verdict.Reason.ShouldBe(
            "720 of 1200 runs failed in 2h, 600 of them of etl; runbook dagu.md#failing-runs (runs.failureRatio < 50%: was 60%)");
        dagu.Requests.Count(request => request.StartsWith("GET /dag-runs", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Failures_WithoutAnyRun_AreNone()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [runs.failureRatio < 50%]");
        (await watch.RunAsync()).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Runs_ThatDaguCannotListInTime_AreATimeout()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [runs.failureRatio < 50%]");
        watch.Dagu.AreRunsSlow = true;
        var verdict = await watch.RunAsync();
        verdict.ErrorType.ShouldBe(ErrorType.Timeout);
        verdict.Reason.ShouldNotBeNull().ShouldEndWith("returned 504: dag-run list timed out");
    }

    [Fact]
    public async Task Runs_OfTwoSchedulersWithDataOfTheirOwn_AreDuplicates()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [runs.failed == 0]");
        var dagu = watch.Dagu;
        foreach (var id in (string[])["a", "b"])
        {
            dagu.Runs.Add(new StandInRun("etl", id)
            {
                Status = StandInStatus.Succeeded, TriggerType = "scheduler",
                ScheduleTime = dagu.Now.AddMinutes(-5), StartedAt = dagu.Now.AddMinutes(-5),
            });
            dagu.Runs.Add(new StandInRun("once", id) { Status = StandInStatus.Succeeded, TriggerType = "manual", StartedAt = dagu.Now });
        }

        var verdict = await watch.RunAsync();
        verdict.Observed("runs.duplicates").ShouldBe(1);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith("etl ran more than once for 2026-11-26T11:55:00");
        verdict.Reason.ShouldContain("dagu.md#two-schedulers");
    }

    [Fact]
    public async Task Zombies_AreToldFromOtherFailures_AndOnlyFailedRunsAreOpened()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [runs.zombies == 0]");
        var dagu = watch.Dagu;
        StandInRun Failed(string id, string error) => new("etl", id)
        {
            Status = StandInStatus.Failed, StepErrors = { error, error },
            StartedAt = dagu.Now.AddMinutes(-9), FinishedAt = dagu.Now.AddMinutes(-5),
        };
        dagu.Runs.Add(Failed("zombie", "process terminated unexpectedly - stale local process detected"));
        dagu.Runs.Add(Failed("plain", "exit status 1"));
        var early = Failed("early", "exit status 1");
        early.FinishedAt = early.StartedAt + TimeSpan.FromSeconds(30);
        dagu.Runs.Add(early);
        dagu.Runs.Add(new StandInRun("etl", "alive")
        {
            Status = StandInStatus.Running, StartedAt = dagu.Now.AddMinutes(-9), IsStale = true,
        });
        var verdict = await watch.RunAsync();
        verdict.Observed("runs.zombies").ShouldBe(1);
        verdict.Reason.ShouldNotBeNull().ShouldContain("dagu.md#false-zombies");
        await watch.RunForAsync(120, every: 15);
        dagu.Requests.Where(request => request.StartsWith("GET /dag-runs/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray().ShouldBe(["GET /dag-runs/etl/plain", "GET /dag-runs/etl/zombie"]);
        dagu.Repairs.ShouldBe(0);
    }

    [Fact]
    public async Task Dags_WithErrors_AreCountedOverPages()
    {
        await using var watch = await DaguWatch.StartAsync("expect: [dags.errors == 0]");
        for (var i = 0; i < 450; i++)
        {
            watch.Dagu.Dags.Add(new StandInDag($"dag-{i}"));
        }

        watch.Dagu.Dags[420].Errors.Add("field 'schedule': invalid");
        var verdict = await watch.RunAsync();
        verdict.Observed("dags").ShouldBe(450);
        verdict.Reason.ShouldBe("dag-420: field 'schedule': invalid; runbook dagu.md#dag-files-with-errors (dags.errors == 0: was 1)");
        watch.Dagu.Requests.Count(request => request.StartsWith("GET /dags", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Theory]
    [InlineData("expect: [dags.errors == 0]", "GET /dags?", 10)]
    [InlineData("expect: [runs.failed == 0]", "GET /dag-runs?", 4)]
    [InlineData("schedules: watch", "GET /dags?", 10)]
    [InlineData("schedules: watch", "GET /dag-runs?", 4)]
    [InlineData("impact: critical", "GET /queues/", 20)]
    public async Task Lists_OfThousands_AreReadInABoundedNumberOfRequests(string line, string request, int most)
    {
        await using var watch = await DaguWatch.StartAsync(line);
        var dagu = watch.Dagu;
        dagu.Dags.AddRange(Enumerable.Range(0, 5000).Select(n => new StandInDag($"dag-{n}")));
        dagu.Runs.AddRange(Enumerable.Range(0, 5000).Select(n => new StandInRun("etl", $"{n}")
        {
            Status = StandInStatus.Succeeded, StartedAt = dagu.Now.AddSeconds(-0.1 * n), FinishedAt = dagu.Now,
        }));
        for (var n = 0; n < 50; n++)
        {
            DaguQueueTests.Enqueue(dagu, $"queue-{n}", capacity: 2, reason: null, id: $"queued-{n}");
        }

        (await watch.RunAsync()).Result.ShouldNotBe(Result.Fail);
        dagu.Requests.Count(asked => asked.StartsWith(request, StringComparison.Ordinal)).ShouldBe(most);
    }
}
