using HealthAgent.Checks;
using HealthAgent.Unit.State;

namespace HealthAgent.Unit.Scheduling;

/// <summary>How many runs there may be at once to one host.</summary>
public sealed class HostLimitTests
{
    private readonly LoopClock _clock = new();

    [Fact]
    public async Task Run_AHostThatHangs_HoldsUpItsOwnChecksAndNoOthers()
    {
        var gate = new TaskCompletionSource();
        var slow = Enumerable.Range(0, 10).Select(_ => ScriptedCheck.Behind(_clock, gate.Task)).ToList();
        var (fast, local) = (ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"));
        await using var harness = Harness(limit: 3, [.. slow.Select((check, i) => Check($"slow-{i}", "slow", check)), Check("fast", "fast", fast), Check("local", null, local)], [.. slow, fast, local]);

        await harness.StartAsync();
        await harness.AdvanceAsync(0.1, step: 0.01);

        slow.Count(check => check.Starts.Count == 1).ShouldBe(3);
        (fast.Starts.Count, local.Starts.Count).ShouldBe((1, 1));
        await harness.AdvanceAsync(19.9);
        fast.Starts.Count.ShouldBe(3);
        gate.SetResult();
        await Eventually.Is(() => slow.TrueForAll(check => check.Starts.Count >= 1), "all that waited are started as places get free");
    }

    [Fact]
    public async Task Run_AsPlacesGetFree_TheOneThatWaitsLongestIsNextAndItsWaitIsLag()
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToList();
        var checks = gates.ConvertAll(gate => ScriptedCheck.Behind(_clock, gate.Task));
        await using var harness = Harness(limit: 1, [.. checks.Select((check, i) => Check($"check-{i}", "db", check))], checks);
        await harness.StartAsync();
        await harness.AdvanceAsync(0.01, step: 0.001);

        for (var turn = 0; turn < 3; turn++)
        {
            checks.ConvertAll(check => check.Starts.Count).ShouldBe([1, turn >= 1 ? 1 : 0, turn >= 2 ? 1 : 0]);
            await harness.AdvanceAsync(1);
            gates[turn].SetResult();
            await Eventually.Is(() => turn == 2 || checks[turn + 1].Starts.Count == 1, "the next one starts");
            await harness.SettleAsync();
        }

        harness.Lags.Max().ShouldBe(2.008, tolerance: 0.01);
    }

    [Fact]
    public async Task Run_OneThatWaitsAndIsGone_LetsTheNextHaveItsPlace()
    {
        var gate = new TaskCompletionSource();
        var (first, gone, last) = (ScriptedCheck.Behind(_clock, gate.Task), ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"));
        CheckPlan[] plans = [Check("first", "db", first), Check("gone", "db", gone), Check("last", "db", last)];
        await using var harness = Harness(limit: 1, plans, [first, gone, last]);
        await harness.StartAsync();
        await harness.AdvanceAsync(0.01, step: 0.001);

        await harness.ReplaceAsync(Plans.Agent(plans[0], plans[2]) with { ConcurrencyPerHost = 1 });
        gate.SetResult();

        await Eventually.Is(() => last.Starts.Count == 1, "the last one starts");
        gone.Starts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OneThatWaitsAndIsSuppressed_LetsTheNextHaveItsPlace()
    {
        var gate = new TaskCompletionSource();
        var (parent, first, child, last) = (ScriptedCheck.Of(_clock, "F"), ScriptedCheck.Behind(_clock, gate.Task), ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"));
        CheckPlan[] plans =
        [
            Check("first", "db", first), Check("child", "db", child, "parent"), Check("last", "db", last), Check("parent", null, parent),
        ];
        await using var harness = Harness(limit: 1, plans, [first, child, last, parent]);
        await harness.StartAsync();
        await harness.AdvanceAsync(0.01, step: 0.001);
        await Eventually.Is(() => harness.Store.Current.Find("child")!.Cause == "parent", "the child is suppressed");

        gate.SetResult();

        await Eventually.Is(() => last.Starts.Count == 1, "the last one starts");
        child.Starts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OneThatIsGivenAPlaceAndIsGoneBeforeItStarts_LetsTheNextHaveIt()
    {
        var (gate, stall) = (new TaskCompletionSource(), new StallingListener());
        var (first, gone, last, other) = (ScriptedCheck.Behind(_clock, gate.Task), ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "P"));
        CheckPlan[] plans = [Check("first", "db", first), Check("gone", "db", gone), Check("last", "db", last), Check("other", null, other)];
        await using var harness = new WorkerHarness(Plans.Agent(plans) with { ConcurrencyPerHost = 1 }, _clock, [first, gone, last, other], stall);
        await harness.Worker.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.Is(() => first.Waiting == 1, "the first one holds the place");
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        await stall.Stalled.Ends();

        // While the loop stands still, the place becomes free and another configuration comes, in this order.
        gate.SetResult();
        await Eventually.Is(() => harness.Running == 0, "the first one ends");
        var replaced = harness.Worker.ReplaceAsync(Plans.Agent(plans[0], plans[2], plans[3]) with { ConcurrencyPerHost = 1 });
        stall.GoOn();
        await replaced.Ends();

        await Eventually.Is(() => last.Starts.Count == 1, "the last one starts");
        gone.Starts.ShouldBeEmpty();
    }

    private static CheckPlan Check(string name, string? host, ScriptedCheck check, params string[] dependsOn) => Plans.Check(
        name, interval: TimeSpan.FromSeconds(10), timeout: TimeSpan.FromMinutes(1), failureThreshold: 1, host: host, make: _ => check, dependsOn: dependsOn);

    private WorkerHarness Harness(int limit, CheckPlan[] plans, IEnumerable<ScriptedCheck> checks) =>
        new(Plans.Agent(plans) with { ConcurrencyPerHost = limit }, _clock, checks);
}
