using HealthAgent.Checks;
using HealthAgent.Unit.State;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Another configuration, as the schedule takes it.</summary>
public sealed class ReplaceTests
{
    private readonly LoopClock _clock = new();

    [Fact]
    public async Task Replace_ChecksOfTheSamePlan_KeepTheirPhaseAndTheirChecks()
    {
        var (a, b) = (ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"));
        var (planA, planB) = (Check("a", a), Check("b", b));
        await using var harness = new WorkerHarness(Plans.Agent(planA, planB), _clock, [a, b]);
        harness.Random.Value = 0.3;
        await harness.StartAsync();
        await harness.AdvanceAsync(15);

        harness.Random.Value = 0.7;
        await harness.ReplaceAsync(Plans.Agent(planB, planA));
        await harness.AdvanceAsync(15);

        a.Starts.ShouldBe([0, 3, 13, 23]);
        b.Starts.Count.ShouldBe(4);
        (a.Disposed, b.Disposed).ShouldBe((false, false));
        harness.Statuses.ShouldBe("HH");
    }

    [Fact]
    public async Task Replace_ACheckThatIsGone_IsNotStartedAgainAndIsDisposedOf()
    {
        var (a, b) = (ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"));
        var planB = Check("b", b);
        await using var harness = new WorkerHarness(Plans.Agent(Check("a", a), planB), _clock, [a, b]);
        await harness.StartAsync();
        await harness.AdvanceAsync(1);

        await harness.ReplaceAsync(Plans.Agent(planB));
        await harness.AdvanceAsync(30);

        a.Starts.ShouldBe([0]);
        b.Starts.Count.ShouldBe(4);
        await Eventually.Is(() => a.Disposed, "the check that is gone is disposed of");
    }

    [Fact]
    public async Task Replace_ACheckOfAnotherPlan_RunsAtOnceAsANewCheck()
    {
        var (old, fresh) = (ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "F"));
        await using var harness = new WorkerHarness(Plans.Agent(Check("a", old)), _clock, [old]);
        await harness.StartAsync();
        await harness.AdvanceAsync(4);

        await harness.ReplaceAsync(Plans.Agent(Check("a", fresh)), more: fresh);

        fresh.Starts.ShouldBe([4]);
        old.Starts.ShouldBe([0]);
        harness.Statuses.ShouldBe("?");
        await Eventually.Is(() => old.Disposed, "the former check is disposed of");
    }

    [Fact]
    public async Task Replace_ARunUnderWayOfACheckThatStays_IsToldOfItAtItsNewPlace()
    {
        var gate = new TaskCompletionSource();
        var (a, b) = (ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Behind(_clock, gate.Task));
        var planB = Check("b", b);
        await using var harness = new WorkerHarness(Plans.Agent(Check("a", a), planB), _clock, [a, b]);
        await harness.StartAsync();
        await harness.AdvanceAsync(0.001, step: 0.001);
        await Eventually.Is(() => b.Waiting == 1, "the run is under way");

        await harness.ReplaceAsync(Plans.Agent(planB));
        gate.SetResult();
        await Eventually.Is(() => harness.Statuses == "H", "the run is told");

        harness.Running.ShouldBe(0);
        harness.Store.Current.Checks.ShouldHaveSingleItem().Executions.Endings.ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Replace_ARunUnderWayOfACheckThatIsGone_IsCancelledAndNotTold()
    {
        var cancelled = new TaskCompletionSource();
        var told = new Told();
        var a = new ScriptedCheck(_clock, async (_, deadline) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, deadline);
            }
            finally
            {
                cancelled.SetResult();
            }

            return default;
        });
        await using var harness = new WorkerHarness(Plans.Agent(Check("a", a)), _clock, [a], told);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => a.IsRunning, "the run is under way");

        await harness.Worker.ReplaceAsync(Plans.Agent());
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await Eventually.Is(() => harness.Running == 0 && a.Disposed, "the run has ended and the check is disposed of");
        told.Lines.ShouldBeEmpty();
        harness.Store.Current.Checks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Replace_ManyNewChecks_StartSpreadOut()
    {
        var checks = Enumerable.Range(0, 500).Select(_ => ScriptedCheck.Of(_clock, "P")).ToList();
        await using var harness = new WorkerHarness(Plans.Agent(), _clock, []);
        await harness.StartAsync();

        await harness.ReplaceAsync(Plans.Agent([.. checks.Index().Select(pair => Check($"check-{pair.Index}", pair.Item))]), more: checks);
        await harness.AdvanceAsync(0.5, step: 0.01);

        checks.SelectMany(check => check.Starts).GroupBy(start => start).Max(together => together.Count()).ShouldBeLessThanOrEqualTo(20);
        checks.ShouldAllBe(check => check.Starts.Count == 1);
    }

    [Fact]
    public async Task Replace_OneOfManyChecks_DisturbsNoOther()
    {
        var checks = Enumerable.Range(0, 100).Select(_ => ScriptedCheck.Of(_clock, "P")).ToList();
        CheckPlan[] plans = [.. checks.Index().Select(pair => Check($"check-{pair.Index}", pair.Item))];
        await using var harness = new WorkerHarness(Plans.Agent(plans), _clock, checks);
        await harness.StartAsync();
        await harness.AdvanceAsync(13);
        var before = harness.Store.Current;

        var fresh = ScriptedCheck.Of(_clock, "P");
        await harness.ReplaceAsync(Plans.Agent([Check("check-0", fresh), .. plans[1..]]), more: fresh);

        harness.Store.Current.Checks.Skip(1).Zip(before.Checks.Skip(1)).ShouldAllBe(pair =>
            ReferenceEquals(pair.First.Last, pair.Second.Last) && pair.First.Since == pair.Second.Since && pair.First.AwaitedSince == pair.Second.AwaitedSince);
        await harness.AdvanceAsync(20);
        checks.Skip(1).ShouldAllBe(check => check.Starts.Zip(check.Starts.Skip(2)).All(pair => Math.Abs(pair.Second - pair.First) <= 20.001));
        checks.Skip(1).ShouldAllBe(check => check.Starts.Count == 5 || check.Starts.Count == 4);
    }

    [Fact]
    public async Task Replace_OfAStoppedWorker_SaysSo()
    {
        await using var harness = new WorkerHarness(Plans.Agent(), _clock, []);
        await harness.StartAsync();
        await harness.Worker.StopAsync(CancellationToken.None);

        await Should.ThrowAsync<InvalidOperationException>(() => harness.Worker.ReplaceAsync(Plans.Agent()));
    }

    private static CheckPlan Check(string name, ScriptedCheck check) => Plans.Check(name, interval: TimeSpan.FromSeconds(10), make: _ => check);
}
