using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Who finds a slot when there are not enough for all.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public void Run_AHostThatHangs_HoldsUpItsOwnChecksAndNoOthers()
    {
        var slow = Enumerable.Range(0, 10).Select(i => Check($"slow-{i}", "slow")).ToList();
        using var harness = Harness(perHost: 3, [.. slow, Check("fast", "fast"), Check("local", null)]);
        slow.ForEach(plan => harness.With(plan.Name, "GP"));

        harness.Begin().Advance(0.1);

        slow.Count(plan => harness.Starts(plan.Name).Count == 1).ShouldBe(3);
        (harness.Starts("fast").Count, harness.Starts("local").Count).ShouldBe((1, 1));
        harness.Advance(19.9);
        harness.Starts("fast").Count.ShouldBe(3);
    }

    [Fact]
    public void Run_AsSlotsGetFree_TheOneThatWaitsLongestIsNextAndItsWaitIsLag()
    {
        using var harness = Harness(perHost: 1, [Check("a", "db"), Check("b", "db"), Check("c", "db")]);
        harness.With("a", "G").With("b", "G").With("c", "G").Begin().Advance(0.01);

        foreach (var (name, next) in new[] { ("a", "b"), ("b", "c") })
        {
            harness.Starts(next).ShouldBeEmpty();
            harness.Advance(1);
            harness.End(name);
            harness.Starts(next).Count.ShouldBe(1);
        }

        harness.Lags.Max().ShouldBe(2.008, tolerance: 0.001);
    }

    [Fact]
    public void Run_OneThatWaitsAndIsGone_LetsTheNextHaveItsSlot()
    {
        CheckPlan[] plans = [Check("first", "db"), Check("gone", "db"), Check("last", "db")];
        using var harness = Harness(perHost: 1, plans);
        harness.With("first", "G").Begin().Advance(0.01);

        harness.Replace(Plans.Agent(plans[0], plans[2]) with { ConcurrencyPerHost = 1 });
        harness.End("first");

        harness.Starts("last").Count.ShouldBe(1);
        harness.Starts("gone").ShouldBeEmpty();
    }

    [Fact]
    public void Run_OneThatWaitsAndIsSuppressed_LetsTheNextHaveItsSlot()
    {
        using var harness =
            Harness(perHost: 1, [Check("first", "db"), Check("child", "db", "parent"), Check("last", "db"), Check("parent", null)]);
        harness.With("first", "G").With("parent", "F").Begin().Advance(0.01);
        harness.Store.Current.Find("child")!.SuppressedBy.ShouldBe("parent");

        harness.End("first");

        harness.Starts("last").Count.ShouldBe(1);
        harness.Starts("child").ShouldBeEmpty();
    }

    [Fact]
    public void Run_LimitsThatAReloadRaises_LetThoseInLineStartAtOnce()
    {
        CheckPlan[] plans = [.. Enumerable.Range(0, 5).Select(i => Check($"check-{i}", "db"))];
        using var harness = Harness(perHost: 1, plans);
        Array.ForEach(plans, plan => harness.With(plan.Name, "G"));
        harness.Begin().Advance(0.01);
        harness.Running.ShouldBe(1);

        harness.Replace(Plans.Agent(plans) with { ConcurrencyPerHost = 4 });

        harness.Running.ShouldBe(4);
    }

    [Fact]
    public void Limit_HostsThatAreGone_AreForgotten()
    {
        var admission = new Admission();
        var (one, other) = (new ScheduledCheck(Check("a", "one"), 0, default), new ScheduledCheck(Check("b", "other"), 1, default));
        admission.Limit(Plans.Agent(one.Plan, other.Plan));
        admission.TryEnter(one, default).ShouldBeTrue();
        admission.TryEnter(other, default).ShouldBeTrue();
        admission.Leave(one, TimeSpan.Zero, default);

        admission.Limit(Plans.Agent(other.Plan));

        admission.Hosts.ShouldBe(1);
    }

    [Fact]
    public void TryEnter_AndLeave_AllocateNothing()
    {
        var admission = new Admission();
        var check = new ScheduledCheck(Check("a", "db"), 0, default);
        admission.Limit(Plans.Agent(check.Plan));
        Enter(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Enter(1000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Enter(int times)
        {
            for (var i = 1; i <= times; i++)
            {
                var now = TimeSpan.FromSeconds(i * 10);
                admission.Suspect(now);
                admission.TryEnter(check, now);
                admission.Leave(check, TimeSpan.FromMilliseconds(1), now);
            }
        }
    }

    [Fact]
    public void Backlog_WhileChecksWaitForASlot_CountsThemAndSaysHowLong()
    {
        CheckPlan[] plans = [.. Enumerable.Range(0, 5).Select(i => Check($"check-{i}", null))];
        using var harness = new SchedulerHarness(Plans.Agent(plans) with { Concurrency = 1 });
        Array.ForEach(plans, plan => harness.With(plan.Name, "G"));

        harness.Begin().Advance(30);

        (harness.Pulse.Backlog.Waiting, harness.Pulse.Backlog.Running).ShouldBe((4, 1));
        harness.Pulse.Backlog.Longest.TotalSeconds.ShouldBe(30, tolerance: 1);
        harness.Statuses.ShouldBe("?????");
        harness.Store.Current.Checks.Skip(1).ShouldAllBe(state => !state.IsStale);
    }

    [Fact]
    public void Run_MoreDueThanMayRunAtOnce_StartsTheOthersAsSlotsGetFree()
    {
        var plans = Enumerable.Range(0, 10).Select(i => Check($"check-{i}", null)).ToArray();
        using var harness = new SchedulerHarness(Plans.Agent(plans) with { Concurrency = 4 });
        Array.ForEach(plans, plan => harness.With(plan.Name, "G"));

        harness.Begin().Advance(2);
        Started().ShouldBe(3, "of those that did not run yet");
        harness.Running.ShouldBe(3);

        harness.End("check-1");
        Started().ShouldBe(4);
        harness.Advance(5);
        Started().ShouldBe(4);

        foreach (var name in new[] { "check-0", "check-2", "check-3", "check-4", "check-5", "check-6", "check-7", "check-8", "check-9" })
        {
            harness.End(name);
        }

        harness.Statuses.ShouldBe(new string('H', 10));
        harness.Running.ShouldBe(0);
        harness.Lags.Max().ShouldBeGreaterThan(5, "those that had to wait started late, and the lag says so");

        int Started() => plans.Sum(plan => harness.Starts(plan.Name).Count);
    }

    private static CheckPlan Check(string name, string? host, params string[] dependsOn) => Plans.Check(
        name, interval: TimeSpan.FromSeconds(10), timeout: TimeSpan.FromMinutes(1), failureThreshold: 1, host: host, dependsOn: dependsOn);

    private static SchedulerHarness Harness(int perHost, CheckPlan[] plans) =>
        new(Plans.Agent(plans) with { ConcurrencyPerHost = perHost });
}
