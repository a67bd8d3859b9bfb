using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Runs single checks, on a clock that only the harness moves.</summary>
internal sealed class RunnerHarness
{
    public RunnerClock Clock { get; } = new();

    public CheckRunner Runner() => new(new ServiceCollection().BuildServiceProvider(), new AgentClock(Clock), new BodyMemory(1), Clock);

    /// <summary>Runs a check that needs no time but for the pauses between its tries.</summary>
    public async Task<FinishedRun> RunAsync(ScriptedCheck check, int retries = 0, double timeout = 1)
    {
        var plan = Plans.Check(retries: retries, timeout: TimeSpan.FromSeconds(timeout), make: _ => check);
        var running = Runner().RunAsync(new CheckInstance(plan));
        for (var pauses = 1; pauses <= retries && !running.IsCompleted; pauses++)
        {
            await Eventually.Is(() => running.IsCompleted || Clock.Pauses == pauses, "it pauses");
            Clock.Advance(RunnerClock.Pause);
        }

        return await running.Ends();
    }

    public Task<(FinishedRun Report, double Seconds)> RunUntilAsync(ScriptedCheck check, params double[] times) =>
        RunUntilAsync(Plans.Check(make: _ => check), check, times);

    /// <summary>
    /// Runs a check with a deadline of one second, moving the clock to one time after the other; returns the one at which it ended.
    /// </summary>
    public async Task<(FinishedRun Report, double Seconds)> RunUntilAsync(CheckPlan plan, ScriptedCheck check, params double[] times)
    {
        var running = Runner().RunAsync(new CheckInstance(plan));
        // Two of the runner: its deadline and its patience.
        await Eventually.Is(() => check.Starts.Count == 1 && Clock.Timers >= 2, "it runs");
        foreach (var time in times)
        {
            running.IsCompleted.ShouldBeFalse();
            Clock.SetUtcNow(Plans.Start + TimeSpan.FromSeconds(time));
        }

        return (await running.Ends(), times[^1]);
    }

    /// <summary>A fake clock that knows which timers were made.</summary>
    internal sealed class RunnerClock() : FakeTimeProvider(Plans.Start)
    {
        /// <summary>What the runner waits between tries.</summary>
        public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        private int _pauses;
        private int _timers;

        public int Pauses => Volatile.Read(ref _pauses);

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            Interlocked.Add(ref _pauses, dueTime == Pause ? 1 : 0);
            return timer;
        }
    }
}
