using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Runs that somebody asks for beside the schedule.</summary>
public sealed class RunRequestTests
{
    private static readonly RunOrder Limited = new(IsExplained: false, IsLimited: true);

    [Fact]
    public void Request_OfACheckThatIsNotDue_RunsItAtOnceAndFoldsItIn()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db", failureThreshold: 2))).With("db", "PF").Begin();
        harness.Advance(3);

        var run = harness.Request("db").Answer();

        harness.Starts("db").ShouldBe([0, 3]);
        (run.Answer, run.Record!.Result, run.State!.Streak.Fails).ShouldBe((RunAnswer.Done, Result.Fail, 1));
        harness.Store.Current.Checks[0].Last.ShouldBe(run.Record);
    }

    [Fact]
    public void Request_BetweenRegularStarts_LeavesThemWhereTheyAre()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"))).Begin();
        harness.Advance(3);

        harness.Request("db");
        harness.Advance(18);

        harness.Starts("db").ShouldBe([0, 3, 10, 20]);
    }

    [Fact]
    public void Requests_AtTheSameTime_ShareOneRun()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"))).With("db", "PG").Begin();
        harness.Advance(3);

        var tickets = Enumerable.Range(0, 50).Select(_ => harness.Request("db", Limited)).ToList();
        harness.End("db");

        harness.Starts("db").ShouldBe([0, 3]);
        tickets.Select(ticket => ticket.Answer()).Distinct().Count().ShouldBe(1);
        tickets.Count(ticket => ticket.IsShared).ShouldBe(49);
    }

    [Fact]
    public void Request_WhileAScheduledRunIsUnderWay_GetsOneThatStartsAfterIt()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"))).With("db", "GFP").Begin();
        harness.Advance(0.5);

        var (first, second) = (harness.Request("db"), harness.Request("db"));
        first.Run.IsCompleted.ShouldBeFalse();
        harness.End("db");

        harness.Starts("db").ShouldBe([0, 0.5]);
        first.Answer().Record!.Result.ShouldBe(Result.Fail, "the run under way had passed");
        (second.Run, second.IsShared).ShouldBe((first.Run, true));
    }

    [Fact]
    public void Request_OfACheckThatWaitsForASlot_IsServedByThatRun()
    {
        var plan = Plans.Agent(Plans.Check("slow"), Plans.Check("db")) with { Concurrency = 1 };
        using var harness = new SchedulerHarness(plan).With("slow", "G").Begin();

        var ticket = harness.Request("db");
        harness.Advance(5);
        ticket.Run.IsCompleted.ShouldBeFalse("there is no slot");
        harness.End("slow");

        ticket.Answer().Answer.ShouldBe(RunAnswer.Done);
        harness.Starts("db").ShouldBe([5]);
    }

    [Fact]
    public void Request_OfWhatIsNotRun_SaysWhy()
    {
        var plan = Plans.Agent(
            Plans.Check("db", failureThreshold: 1), Plans.Check("api", dependsOn: "db"), Plans.Check("job") with { IsPassive = true });
        using var harness = new SchedulerHarness(plan).With("db", "F").Begin();
        harness.Advance(3);

        harness.Request("nothing").Answer().Answer.ShouldBe(RunAnswer.UnknownCheck);
        harness.Request("job").Answer().Answer.ShouldBe(RunAnswer.Passive);
        for (var i = 0; i < 5; i++)
        {
            var suppressed = harness.Request("api", Limited).Answer();
            (suppressed.Answer, suppressed.Cause).ShouldBe((RunAnswer.Suppressed, "db"), "however often");
        }
    }

    [Fact]
    public void Request_OfACheckThatIsSuppressedBeforeItStarts_SaysWhy()
    {
        var plan = Plans.Agent(Plans.Check("db", failureThreshold: 1), Plans.Check("api", dependsOn: "db"));
        using var harness = new SchedulerHarness(plan).With("db", "PG").With("api", "PG").Begin();
        harness.Advance(11);
        var ticket = harness.Request("api");

        harness.End("db", 'F');
        harness.End("api");

        ticket.Answer().Answer.ShouldBe(RunAnswer.Suppressed);
        harness.Starts("api").Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("PG", "the run is under way")]
    [InlineData("G", "it waits for the run under way to end")]
    public void Request_OfACheckThatIsChanged_IsReplaced(string script, string when)
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"))).With("db", script).Begin();
        harness.Advance(3);
        var ticket = harness.Request("db");
        ticket.Run.IsCompleted.ShouldBeFalse(when);

        harness.Replace(Plans.Agent(Plans.Check("db")));

        ticket.Answer().Answer.ShouldBe(RunAnswer.Replaced);
    }

    [Fact]
    public void Request_OfACheckThatAReloadKeeps_GoesOn()
    {
        var db = Plans.Check("db");
        using var harness = new SchedulerHarness(Plans.Agent(db)).With("db", "PG").Begin();
        harness.Advance(3);
        var ticket = harness.Request("db");

        harness.Replace(Plans.Agent(Plans.Check("other"), db));
        harness.End("db");

        ticket.Answer().State!.Plan.ShouldBe(db);
    }

    [Fact]
    public void Request_OfACheckThatHangs_IsAFailOfEachRun()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"))).With("db", "PA").Begin();
        harness.Advance(3);

        var (hung, next) = (harness.Request("db"), default(RunTicket));
        harness.Advance(1.25);
        next = harness.Request("db");

        hung.Answer().Record!.ErrorType.ShouldBe(ErrorType.Timeout);
        next.Answer().Record!.Result.ShouldBe(Result.Fail, "a previous run still hangs");
        harness.Starts("db").Count.ShouldBe(2, "no other is started beside it");
    }

    [Fact]
    public void Request_WhenTheAgentStops_IsAnsweredUnlessItsRunEndsFirst()
    {
        var plan = Plans.Agent(Plans.Check("db"), Plans.Check("api"));
        using var harness = new SchedulerHarness(plan).With("db", "PG").With("api", "G").Begin();
        harness.Advance(3);
        var (running, waiting) = (harness.Request("db"), harness.Request("api"));

        harness.Stop();

        waiting.Answer().Answer.ShouldBe(RunAnswer.Stopping);
        harness.Request("api").Answer().Answer.ShouldBe(RunAnswer.Stopping);
        harness.End("db");
        running.Answer().Answer.ShouldBe(RunAnswer.Done);
    }
}
