using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Scenarios;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scenarios;

/// <summary>A scenario whose steps do what a test says, on a clock of the test.</summary>
internal sealed class ScriptedScenario
{
    private readonly List<(string Step, CancellationToken Stop)> _started = [];

    public FakeTimeProvider Clock { get; } = new(Plans.Start);

    public static Task Pass(int number, CancellationToken stop) => Task.CompletedTask;

    public async Task Hang(int number, CancellationToken stop) => await Task.Delay(Timeout.InfiniteTimeSpan, Clock, stop);

    public static Func<int, CancellationToken, Task>[] Steps(params Func<int, CancellationToken, Task>[] steps) => steps;

    public Task Started(string step) => Eventually.Is(
        () => { lock (_started) { return _started.Exists(one => one.Step == step); } }, $"{step} runs");

    public Task<FinishedRun> Run(
        Func<int, CancellationToken, Task>[] steps, Func<int, CancellationToken, Task>[] cleanup, double seconds) =>
        Runner().RunAsync(Instance(steps, cleanup, seconds));

    public CheckInstance Instance(
        Func<int, CancellationToken, Task>[] steps, Func<int, CancellationToken, Task>[] cleanup, double seconds)
    {
        var scenario = new ScenarioPlan(
            [.. steps.Select((run, i) => Step($"step{i}", run, isCleanup: false))],
            [.. cleanup.Select((run, i) => Step($"cleanup{i}", run, isCleanup: true))]);
        return new CheckInstance(Plans.Check(
            timeout: TimeSpan.FromSeconds(seconds),
            make: _ => new ScenarioCheck(scenario),
            cleanupTime: ScenarioTime.Of(TimeSpan.FromSeconds(seconds), cleanup.Length).Cleanup) with
        {
            Steps = [.. scenario.Steps.Concat(scenario.Cleanup).Select(static step => new StepOutline(step.Name, step.Kind))],
        });
    }

    /// <summary>The token that the first step to run was given.</summary>
    public CancellationToken FirstToken() { lock (_started) { return _started[0].Stop; } }

    private ScenarioStep Step(string name, Func<int, CancellationToken, Task> run, bool isCleanup) => new()
    {
        Name = name,
        IsCleanup = isCleanup,
        Plan = Plans.Check(name, make: _ => new ScriptedCheck(Clock, async (number, stop) =>
        {
            lock (_started)
            {
                _started.Add((name, stop));
            }

            await run(number, stop);
            return HealthCheckResult.Healthy();
        })),
        Captures = [],
        Retry = null,
        Impact = isCleanup ? Impact.Degrading : Impact.Critical,
        References = [],
        Bind = static (_, _) => throw new NotSupportedException("it has no references"),
    };

    public CheckAttempt Attempt() => new(new ServiceCollection().BuildServiceProvider(), new BodyMemory(1), Clock);

    public CheckRunner Runner() => new(new ServiceCollection().BuildServiceProvider(), new AgentClock(Clock), new BodyMemory(1), Clock);
}
