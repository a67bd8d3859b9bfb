using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Who finds a slot when there are not enough for all.</summary>
public sealed class AdmissionTests
{
    private const double Step = 0.1;

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
        using var harness = Harness(perHost: 1, [Check("first", "db"), Check("child", "db", "parent"), Check("last", "db"), Check("parent", null)]);
        harness.With("first", "G").With("parent", "F").Begin().Advance(0.01);
        harness.Store.Current.Find("child")!.Cause.ShouldBe("parent");

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
        admission.TryEnter(one).ShouldBeTrue();
        admission.TryEnter(other).ShouldBeTrue();
        admission.Leave(one, answered: true, default);

        admission.Limit(Plans.Agent(other.Plan));

        admission.Hosts.ShouldBe(1);
    }

    /// <summary>Two thousand checks of two hundred hosts begin to hang at once, with far too few slots for them; twenty others answer.</summary>
    [Theory]
    [InlineData(512)]
    [InlineData(128)]
    public void Storm_OfChecksThatHang_ComesToItsVerdictsAndIsNotNoticedByThoseThatAnswer(int concurrency)
    {
        var events = new Told();
        CheckPlan[] hang = [.. Enumerable.Range(0, 2000).Select(i => Storm($"hangs-{i}", $"host-{i % 200}", timeout: 5))];
        CheckPlan[] answer = [.. Enumerable.Range(0, 20).Select(i => Storm($"answers-{i}", "other", timeout: 5))];
        using var harness = new SchedulerHarness(Plans.Agent([.. hang, .. answer]) with { Concurrency = concurrency, ConcurrencyPerHost = concurrency / 4 }, events);
        harness.Random.Spread = new Random(7);
        Array.ForEach(hang, plan => harness.With(plan.Name, "PPH"));

        harness.Begin().Advance(30);
        harness.Statuses.ShouldBe(new string('H', 2020));
        var longest = 0d;
        for (var seconds = 0d; seconds < 1200 && harness.Statuses.Contains('H', StringComparison.Ordinal); seconds += Step)
        {
            harness.Advance(Step);
            harness.Statuses.ShouldNotContain('?', "who waits for a slot is not stale");
            longest = Math.Max(longest, answer.Max(plan => (harness.Store.Current.Find(plan.Name)!.Last!.CompletedAt - harness.Clock.GetUtcNow()).Duration().TotalSeconds));
            if (hang.All(plan => harness.Store.Current.Find(plan.Name)!.Status == CheckStatus.Unhealthy))
            {
                break;
            }
        }

        hang.Count(plan => harness.Store.Current.Find(plan.Name)!.Status != CheckStatus.Unhealthy).ShouldBe(0);
        longest.ShouldBeLessThan(15 + 5.5, "those that answer get a slot before those that do not");
        events.Lines.Count(line => line.StartsWith("answers", StringComparison.Ordinal)).ShouldBe(20);
        events.Lines.Count(line => line.EndsWith("H>U", StringComparison.Ordinal)).ShouldBe(2000);
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

    private static CheckPlan Storm(string name, string host, double timeout) =>
        Plans.Check(name, interval: TimeSpan.FromSeconds(15), timeout: TimeSpan.FromSeconds(timeout), host: host);

    private static CheckPlan Check(string name, string? host, params string[] dependsOn) => Plans.Check(
        name, interval: TimeSpan.FromSeconds(10), timeout: TimeSpan.FromMinutes(1), failureThreshold: 1, host: host, dependsOn: dependsOn);

    private static SchedulerHarness Harness(int perHost, CheckPlan[] plans) => new(Plans.Agent(plans) with { ConcurrencyPerHost = perHost });
}
