using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Histories of schedules, replayed on Dagu 2.15: each step is half a minute.</summary>
public sealed class DaguScheduleTests
{
    [Fact]
    public async Task Schedules_ThatAreKept_Pass()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        var first = await story.CheckAsync();
        first.Result.ShouldBe(Result.Warn);
        first.Reason!.ShouldStartWith("not known yet whether schedules are kept: no slot came due while they were watched");
        for (var step = 0; step < 20; step++)
        {
            story.Step();
            (await story.CheckAsync()).Reason.ShouldBeNull();
        }

        (await story.CheckAsync()).Observed("schedules.known").ShouldBe(1);
    }

    [Fact]
    public async Task Scheduler_ThatIsActiveButFiresNothing_Fails()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        await story.StepAsync(12);
        story.Fires = false;
        await story.StepAsync(3);
        (await story.CheckAsync()).Reason.ShouldBeNull();
        await story.StepAsync(3);
        var verdict = await story.CheckAsync();
        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason!.ShouldStartWith("the scheduler is active but firing nothing: no run for the latest slot (minutely 12:07); "
            + "runbook dagu.md#active-but-firing-nothing");
        story.Fires = true;
        await story.StepAsync(2);
        verdict = await story.CheckAsync();
        verdict.Result.ShouldBe(Result.Warn);
        verdict.Reason!.ShouldStartWith("no run for 2 slots of the last hour (minutely 12:08, minutely 12:07)");
    }

    [Fact]
    public async Task NextRun_ThatStoppedBeforeAnybodyLooked_FailsAtOnce()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        story.Dagu.Dags[0].NextRun = story.Dagu.Now.AddMinutes(-3);
        var verdict = await story.CheckAsync();
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason!.ShouldStartWith("the scheduler is active but firing nothing: nextRun is in the past (minutely 11:57)");
    }

    [Fact]
    public async Task Tick_ThatIsSwallowed_IsALostSlot()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        await story.StepAsync(12);
        story.Fires = false;
        await story.StepAsync(2, nextRunGoesOn: true);
        story.Fires = true;
        await story.StepAsync(6);
        var verdict = await story.CheckAsync();
        verdict.Result.ShouldBe(Result.Warn);
        verdict.Reason!.ShouldStartWith(
            "no run for 1 slot of the last hour (minutely 12:07), although the schedule goes on; see the scheduler's log; "
            + "runbook dagu.md#swallowed-tick-panics");
    }

    [Fact]
    public async Task Schedulers_ThatAreTwo_GiveASlotTwoRuns()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        await story.StepAsync(12);
        story.Schedulers = 2;
        await story.StepAsync(2);
        var verdict = await story.CheckAsync();
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason!.ShouldStartWith(
            "two schedulers are firing: a slot got two runs (minutely 12:07); runbook dagu.md#two-schedulers");
    }

    [Theory]
    [InlineData("skip_if_successful: true\nsteps: []", Result.Warn)]
    [InlineData("steps: [] # skip_if_successful: true", Result.Fail)]
    public async Task Dag_ThatPassesOverSlotsByDesign_IsNotJudged(string spec, Result result)
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch", spec: spec);
        await story.StepAsync(12);
        story.Fires = false;
        await story.StepAsync(6, nextRunGoesOn: true);
        (await story.CheckAsync()).Result.ShouldBe(result);
    }

    [Fact]
    public async Task Dag_ThatIsSuspendedOrNew_IsJudgedFromThenOn()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        await story.StepAsync(12);
        story.Dagu.Dags[0].IsSuspended = true;
        await story.StepAsync(20);
        story.Dagu.Dags[0].IsSuspended = false;
        await story.StepAsync(10);
        (await story.CheckAsync()).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("nightly", ErrorType.NotFound, "there is no DAG 'nightly'")]
    [InlineData("byhand", ErrorType.NotFound, "the DAG 'byhand' has no cron schedule that can be watched")]
    [InlineData("broken", ErrorType.NotFound,
        "the DAG 'broken' has no cron schedule that can be watched: invalid cron expression; runbook dagu.md#dag-files-with-errors")]
    [InlineData("held", null, "the DAG 'held' is suspended (schedules.known == 0: was 0); schedules.suspended > 0: was 1")]
    public async Task Dag_ThatIsNamedButCannotBeWatched_IsSaid(string name, ErrorType? type, string reason)
    {
        await using var story = await ScheduleStory.BeginAsync($"schedules: [{name}]");
        story.Dagu.Dags.Add(new StandInDag("byhand"));
        story.Dagu.Dags.Add(new StandInDag("broken") { Errors = { "invalid cron expression" } });
        story.Dagu.Dags.Add(new StandInDag("held") { Cron = "0 3 * * *", IsSuspended = true });
        var verdict = await story.CheckAsync();
        verdict.ErrorType.ShouldBe(type);
        verdict.Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Dags_BeyondWhatIsLookedAt_AreCounted()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        await story.StepAsync(12);
        story.Dagu.Dags.AddRange(Enumerable.Range(0, 2099).Select(n => new StandInDag($"dag-{n}")));
        var verdict = await story.CheckAsync();
        verdict.Result.ShouldBe(Result.Warn);
        verdict.Reason!.ShouldStartWith("100 more DAGs are not looked at");
        verdict.Observed("schedules.unwatched").ShouldBe(100);
    }

    [Fact]
    public async Task Dag_ThatIsNamed_IsWatchedBehindThousandsOfOthers()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: [minutely.file]", file: "minutely.file");
        story.Dagu.Dags.InsertRange(0, Enumerable.Range(0, 5000).Select(n => new StandInDag($"dag-{n}") { Cron = "0 3 * * *" }));
        await story.StepAsync(12);
        (await story.CheckAsync()).Reason.ShouldBeNull();
        story.Fires = false;
        await story.StepAsync(6);
        (await story.CheckAsync()).Reason!.ShouldStartWith("the scheduler is active but firing nothing");
    }

    [Fact]
    public async Task Dag_ThatIsNamedNotByItsFile_BehindThousandsOfOthers_IsSaid()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: [minutely]", file: "minutely.file");
        story.Dagu.Dags.InsertRange(0, Enumerable.Range(0, 5000).Select(n => new StandInDag($"dag-{n}")));
        (await story.CheckAsync()).Reason.ShouldBe(
            "there is no DAG file 'minutely', and 3001 DAGs are not looked at by the names in them; write the name of its file");
    }

    [Fact]
    public async Task Dagu_ThatWasJustStarted_IsNotOverdueBeforeItsFirstTicks()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        story.Dagu.Started = story.Dagu.Now.AddSeconds(-3);
        story.Dagu.Dags[0].NextRun = story.Dagu.Now.AddHours(-8);
        (await story.CheckAsync()).Result.ShouldBe(Result.Warn);
        story.Fires = false;
        await story.StepAsync(6);
        (await story.CheckAsync()).Reason!.ShouldContain("nextRun is in the past");
    }

    [Fact]
    public async Task Clock_OfDaguThatIsAnother_ChangesNothing()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch, warn: [clockSkew > 6h]");
        story.Dagu.ClockOffset = TimeSpan.FromHours(-5.5);
        await story.StepAsync(14);
        (await story.CheckAsync()).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Reads_OfSchedules_ChangeNothing()
    {
        await using var story = await ScheduleStory.BeginAsync("schedules: watch");
        await story.StepAsync(6);
        story.Dagu.Requests.ShouldAllBe(request => request.StartsWith("GET /", StringComparison.Ordinal));
        story.Dagu.Requests.ShouldAllBe(request => !request.Contains("dequeue") && !request.Contains("latest"));
    }
}
