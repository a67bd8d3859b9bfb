using HealthAgent.Kinds.Workflows.Dagu.Schedules;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Runs held against the slots of schedules: each letter is a minute, which the check looks at half a minute later.</summary>
public sealed class ScheduleWatchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.FromHours(1));

    [Theory]
    // What happened at each minute of a schedule of every minute (x: a run), and what is known half a minute later (?: nothing,
    // H: all is well, W: a slot was lost, F: the latest slot got no run).
    [InlineData("xxxxxxxx", "HHHHHHHH")]
    [InlineData("........", "????FFFF")]
    [InlineData("xxxx.....", "HHHHHHFFF")]
    [InlineData("xxxx.xxxx", "HHHHHHWWW")]
    [InlineData("xxxx...xx", "HHHHHHFWW")]
    // A slot that came before the DAG was watched, or while it was being loaded, does not count.
    [InlineData("..xxxxxx", "??HHHHHH")]
    [InlineData("...xxxxx", "???HHHHH", 1)]
    public void Slots_OfEachMinute_AreJudged(string happened, string known, int firstLook = 0)
    {
        var history = new ScheduleHistory();
        var seen = new string('?', firstLook);
        foreach (var (minute, letter) in happened.Index())
        {
            if (letter == 'x')
            {
                history.Add(Minute(minute));
            }

            seen += minute < firstLook ? "" : history.Look(Minute(minute + 0.5));
        }

        seen.ShouldBe(known);
    }

    [Fact]
    public void Dag_ThatGotItsLatestSlot_IsKnownAtOnce()
    {
        var history = new ScheduleHistory();
        history.Add(Minute(-3));
        history.Look(Minute(-0.5)).ShouldBe("H");
    }

    [Fact]
    public void Slot_WithoutARunBeforeTheFirstLook_IsNotHeldAgainstTheDag()
    {
        var history = new ScheduleHistory { Cron = "0 3 * * *" };
        history.Look(Minute(0)).ShouldBe("?");
        history.Look(Minute(60 * 14)).ShouldBe("?");
        history.Look(Minute((60 * 15) + 3)).ShouldBe("F");
    }

    [Theory]
    // A run that was under way at the slot: the scheduler passes over it.
    [InlineData(-5.0, 3.5, "H")]
    [InlineData(-5.0, null, "H")]
    [InlineData(-5.0, 1.0, "F")]
    // One that somebody else starts after the slot makes up for it.
    [InlineData(2.5, 2.6, "W")]
    public void Slot_WhileTheDagIsBusy_IsPassedOver(double started, double? finished, string known)
    {
        var history = new ScheduleHistory { Cron = "2-59/10 * * * *" };
        history.Add(Minute(-8));
        history.Look(Minute(0));
        history.Runs.Add(new DagRun(
            "dag", "manual", IsLive: finished is null, Minute(started), finished is { } end ? Minute(end) : null, Trigger: "manual"));
        history.Look(Minute(4.5))[^1..].ShouldBe(known);
    }

    [Theory]
    [InlineData(DagRun.Scheduler, "H")]
    [InlineData("catchup", "H")]
    public void Slot_ThatItsRunNames_IsNotMissed_HoweverLateTheRunIs(string trigger, string known)
    {
        var history = new ScheduleHistory { Cron = "2-59/10 * * * *" };
        history.Look(Minute(0));
        history.Runs.Add(new DagRun("dag", "late", IsLive: false, Minute(3.9), Minute(3.9), Slot: Minute(2), trigger));
        history.Look(Minute(4.5)).ShouldBe(known);
    }

    [Fact]
    public void Run_OfTheAgentItself_IsNoRunOfTheSchedule()
    {
        var history = new ScheduleHistory { Cron = "2-59/10 * * * *" };
        history.Look(Minute(0));
        history.Runs.Add(new DagRun("dag", "health-agent-start-1", IsLive: false, Minute(2.2), Minute(2.3)));
        history.Look(Minute(4.5)).ShouldBe("F");
    }

    [Fact]
    public void Slot_OfWhichTheRunsAreNotKnown_IsNotJudged()
    {
        var history = new ScheduleHistory();
        history.Look(Minute(0));
        history.Look(Minute(5), completeSince: Minute(4)).ShouldBe("?");
        history.Look(Minute(8), completeSince: Minute(5.5)).ShouldBe("F");
    }

    [Theory]
    [InlineData(0, "F")]
    [InlineData(-61, "?")]
    [InlineData(61, "?")]
    public void Clock_ThatIsSet_BeginsAnew(int stepMinutes, string known)
    {
        var history = new ScheduleHistory();
        history.Look(Minute(0));
        history.Look(Minute(5 + stepMinutes), steady: TimeSpan.FromMinutes(5)).ShouldBe(known);
    }

    [Fact]
    public void Dag_WhoseScheduleChanges_BeginsAnew()
    {
        var history = new ScheduleHistory();
        history.Look(Minute(0));
        history.Look(Minute(5)).ShouldBe("F");
        history.Cron = "*/2 * * * *";
        history.Look(Minute(5.5)).ShouldBe("?");
        history.IsGone = true;
        history.Look(Minute(6)).ShouldBe("-");
        history.IsGone = false;
        history.Look(Minute(20)).ShouldBe("?");
    }

    [Fact]
    public void Slot_ThatWasLost_IsForgottenAfterAnHour()
    {
        var history = new ScheduleHistory { Cron = "*/10 * * * *" };
        history.Add(Minute(0));
        history.Look(Minute(5));
        history.Look(Minute(15)).ShouldBe("F");
        history.Add(Minute(20));
        history.Look(Minute(25)).ShouldBe("W");
        foreach (var slot in new[] { 30, 40, 50, 60, 70 })
        {
            history.Add(Minute(slot));
        }

        history.Look(Minute(69.9), steady: TimeSpan.FromMinutes(64.9)).ShouldBe("W");
        history.Look(Minute(72.5)).ShouldBe("H");
    }

    [Fact]
    public void Slot_WithTwoRuns_IsOfTwoSchedulers()
    {
        var history = new ScheduleHistory();
        history.Add(Minute(0));
        history.Look(Minute(1));
        history.Runs.Add(new DagRun("dag", "a", IsLive: false, Minute(1), Minute(1), Slot: Minute(1), DagRun.Scheduler));
        history.Runs.Add(new DagRun("dag", "b", IsLive: false, Minute(1), Minute(1), Slot: Minute(1), DagRun.Scheduler));
        history.Look(Minute(1.5));
        history.Report!.Explain(isActive: true).ShouldBe(
            "two schedulers are firing: a slot got two runs (dag 12:01); runbook dagu.md#two-schedulers");
    }

    [Theory]
    [InlineData(-1.9, null)]
    [InlineData(-2.1,
        "the scheduler is active but firing nothing: nextRun is in the past (dag 11:57); runbook dagu.md#active-but-firing-nothing")]
    public void NextRun_InThePast_IsASchedulerThatFiresNothing(double nextRun, string? failure)
    {
        var history = new ScheduleHistory { NextRun = Minute(nextRun) };
        history.Look(Minute(0));
        history.Report!.Explain(isActive: true).ShouldBe(failure);
    }

    [Theory]
    [InlineData(false, "1 * * * *", "no scheduler is active: no run for the latest slot (dag 12:02); runbook dagu.md#no-active-scheduler")]
    [InlineData(true, "1 * * * *",
        "the scheduler is active but firing nothing: no run for the latest slot (dag 12:02); runbook dagu.md#active-but-firing-nothing")]
    [InlineData(null, "1 * * * *",
        "the scheduler is firing nothing: no run for the latest slot (dag 12:02); runbook dagu.md#active-but-firing-nothing")]
    [InlineData(true, "1,3 * * * *", "no run for the latest slot (dag 12:02), although later slots of others were fired; "
        + "runbook dagu.md#swallowed-tick-panics")]
    [InlineData(true, "0,2 * * * *",
        "the scheduler is active but firing nothing: no run for the latest slots of 2 of 2 DAGs (dag 12:02, other 12:02); "
        + "runbook dagu.md#active-but-firing-nothing")]
    public void Reason_OfAMissedSlot_NamesTheFault(bool? active, string other, string failure)
    {
        var history = new ScheduleHistory { Cron = "2-59/10 * * * *", Other = other };
        history.Look(Minute(0));
        history.Add(Minute(1), "other");
        history.Look(Minute(1.1));
        if (other == "1,3 * * * *")
        {
            history.Add(Minute(3), "other");
        }

        history.Look(Minute(5.1));
        history.Report!.Explain(active).ShouldBe(failure);
    }

    private static DateTimeOffset Minute(double minute) => Noon.AddSeconds(minute * 60);
}
