using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Who finds a slot when there are not enough for all.</summary>
public sealed class AdmissionTests
{
    private const double Step = 0.1;

    private static readonly CheckPlan[] Hang = [.. Enumerable.Range(0, 2000).Select(i => Storm($"hangs-{i}", $"host-{i % 200}"))];
    private static readonly CheckPlan[] Answer = [.. Enumerable.Range(0, 20).Select(i => Storm($"answers-{i}", "other"))];

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

    /// <summary>
    /// Two thousand checks of two hundred hosts begin to hang at once, with far too few slots for them; twenty others answer.
    /// </summary>
    [Theory]
    [InlineData(512, 2, 25)]
    [InlineData(128, 5, 25)]
    [InlineData(64, 5, 40)]
    [InlineData(16, 16, 170)]
    public void Storm_OfChecksThatHang_ComesToItsVerdictsAndIsNotNoticedByThoseThatAnswer(int concurrency, double longest, double noticed)
    {
        var events = new RecordingListener();
        using var harness = Storm(concurrency, "PPH", events);

        harness.Begin().Advance(30);
        harness.Statuses.ShouldBe(new string('H', 2020));
        for (var seconds = 0d; seconds < 4000
            && Hang.Any(plan => harness.Store.Current.Find(plan.Name)!.Status != CheckStatus.Unhealthy); seconds += Step)
        {
            harness.Advance(Step);
            harness.Statuses.ShouldNotContain('?', "who waits for a slot is not stale");
        }

        var waits = Answer.SelectMany(plan => harness.Waits(plan.Name)).ToList();
        Hang.Count(plan => harness.Store.Current.Find(plan.Name)!.Status != CheckStatus.Unhealthy).ShouldBe(0);
        waits.Max(wait => wait.Wait).ShouldBeLessThan(longest);
        waits.Where(wait => wait.At > noticed).ShouldAllBe(wait => wait.Wait < 0.1, "which hosts hang is known by then");
        events.Lines.Count(line => line.StartsWith("answers", StringComparison.Ordinal)).ShouldBe(20);
        events.Lines.Count(line => line.EndsWith("H>U", StringComparison.Ordinal)).ShouldBe(2000);
    }

    /// <summary>
    /// Nobody knows yet who answers: each host is tried once before any is tried twice, and who answered is held up no more.
    /// </summary>
    [Theory]
    [InlineData(512)]
    [InlineData(128)]
    [InlineData(64)]
    [InlineData(16)]
    public void Storm_FromTheStart_IsOverForThoseThatAnswerOnceEachHostWasTried(int concurrency)
    {
        using var harness = Storm(concurrency, "H");

        harness.Begin().Advance(300);

        // Three of four calls go to who is most likely to answer, and three of four slots are there for that.
        var tried = 201 * 5 / (concurrency * 0.75 * 0.75);
        var starts = Answer.Select(plan => harness.Starts(plan.Name)[0]).ToList();
        starts.Max().ShouldBeLessThan(tried + 5);
        Answer.SelectMany(plan => harness.Waits(plan.Name).Skip(1)).ShouldAllBe(wait => wait.Wait < 0.1);
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

    private static CheckPlan Storm(string name, string host) =>
        Plans.Check(name, interval: TimeSpan.FromSeconds(15), timeout: TimeSpan.FromSeconds(5), host: host);

    private static SchedulerHarness Storm(int concurrency, string script, params IStateListener[] listeners)
    {
        var harness = new SchedulerHarness(
            Plans.Agent([.. Hang, .. Answer]) with { Concurrency = concurrency, ConcurrencyPerHost = concurrency / 4 }, listeners);
        harness.Random.Spread = new Random(7);
        Array.ForEach(Hang, plan => harness.With(plan.Name, script));
        return harness;
    }

    private static CheckPlan Check(string name, string? host, params string[] dependsOn) => Plans.Check(
        name, interval: TimeSpan.FromSeconds(10), timeout: TimeSpan.FromMinutes(1), failureThreshold: 1, host: host, dependsOn: dependsOn);

    private static SchedulerHarness Harness(int perHost, CheckPlan[] plans) =>
        new(Plans.Agent(plans) with { ConcurrencyPerHost = perHost });
}
