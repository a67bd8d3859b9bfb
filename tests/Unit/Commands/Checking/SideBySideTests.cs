using System.Collections.Concurrent;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Commands.Checking;

public sealed class SideBySideTests
{
    private readonly ConcurrentQueue<string> _started = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new(StringComparer.Ordinal);

    [Fact]
    public async Task Runs_ToOneHost_AreBounded_AndThoseToOthersGoOn()
    {
        CheckPlan[] plans = [Plan("a1", "a"), Plan("a2", "A"), Plan("a3", "a"), Plan("b1", "b"), Plan("none", null)];

        var running = RunAsync(Plans.Agent(plans) with { ConcurrencyPerHost = 2 }, plans, CancellationToken.None);

        _started.ShouldBe(["a1", "a2", "b1", "none"]);
        Open("a2");
        await Eventually.Is(() => _started.Count == 5, "the next one of the host starts");
        _started.Last().ShouldBe("a3");
        Open("a1", "a3", "b1", "none");
        (await running.Ends()).Select(run => run.Plan.Name).ShouldBe(["a1", "a2", "a3", "b1", "none"]);
    }

    [Fact]
    public async Task Runs_InAll_AreBounded()
    {
        CheckPlan[] plans = [Plan("a", "a"), Plan("b", "b"), Plan("c", "c")];

        var running = RunAsync(Plans.Agent(plans) with { Concurrency = 2 }, plans, CancellationToken.None);

        _started.ShouldBe(["a", "b"]);
        Open("a", "b", "c");
        CheckedRun.ExitCodeOf(await running.Ends()).ShouldBe(0);
    }

    [Fact]
    public async Task Interruption_KeepsTheOutcomesSoFar_AndTheRestIsUnknown()
    {
        using var interrupted = new CancellationTokenSource();
        CheckPlan[] plans = [Plan("hangs", "a"), Plan("done", "b"), Plan("waits", "a")];
        var done = new TaskCompletionSource();
        var running = RunAsync(
            Plans.Agent(plans) with { ConcurrencyPerHost = 1 }, plans, interrupted.Token, plan => done.TrySetResult());
        Open("done");
        await done.Task.Ends();

        await interrupted.CancelAsync();

        var runs = await running.Ends();
        runs.Select(run => (run.Plan.Name, run.Outcome)).ShouldBe([("hangs", "unknown"), ("done", "pass"), ("waits", "unknown")]);
        CheckedRun.ExitCodeOf(runs).ShouldBe(3);
        PlainReport.Of(runs.Select(run => CheckReport.Of(run, runs, isBrief: false))).ShouldContain(
            "hangs: unknown\n  reason: interrupted before it completed\n");
        JsonReport.Of(runs).ShouldContain("\"outcome\": \"unknown\"");
        Open("hangs");
    }

    [Fact]
    public async Task Interruption_OfARunThatCleansUp_WaitsUntilItHas()
    {
        using var interrupted = new CancellationTokenSource();
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = new ScriptedCheck(TimeProvider.System, async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isCancelled.SetResult();
            await Gate("clean").Task;
            return Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy();
        });
        CheckPlan[] plans =
        [
            Plan("hangs", null),
            Plans.Check("cleans", timeout: TimeSpan.FromMinutes(10), make: _ => check, cleanupTime: TimeSpan.FromMinutes(1)),
        ];
        var running = RunAsync(Plans.Agent(plans), plans, interrupted.Token);
        await Eventually.Is(() => check.IsRunning, "it runs");

        await interrupted.CancelAsync();
        await isCancelled.Task.Ends();
        running.IsCompleted.ShouldBeFalse();
        Open("clean");

        (await running.Ends()).Select(run => run.Outcome).ShouldBe(["unknown", "unknown"]);
        Open("hangs");
    }

    [Fact]
    public async Task Check_ThatIsInterruptedBySignal_ExitsAsUnknown()
    {
        var connected = new TaskCompletionSource();
        await using var hanging = new TcpTarget((_, stop) =>
        {
            connected.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        await using var process = AgentProcess.Start(["check", "--url", $"http://127.0.0.1:{hanging.Port}/", "--timeout", "10m"]);
        await connected.Task.Ends();

        process.Terminate();

        (await process.EndAsync()).ShouldBe((3, "http: unknown\n  reason: interrupted before it completed\n", ""));
    }

    private CheckPlan Plan(string name, string? host) => Plans.Check(
        name, host: host, timeout: TimeSpan.FromMinutes(10), make: _ => ScriptedCheck.Behind(TimeProvider.System, Gate(name).Task));

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Open(params string[] names) => Array.ForEach(names, name => Gate(name).TrySetResult());

    private async Task<IReadOnlyList<CheckedRun>> RunAsync(
        AgentPlan agent, IReadOnlyList<CheckPlan> plans, CancellationToken interrupted, Action<CheckPlan>? completed = null)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var runner = new CheckRunner(services, new AgentClock(TimeProvider.System), new BodyMemory(1 << 24), TimeProvider.System);
        return await new SideBySide(runner, agent) { Started = plan => _started.Enqueue(plan.Name), Completed = completed ?? (_ => { }) }
            .RunAsync(plans, interrupted);
    }
}
