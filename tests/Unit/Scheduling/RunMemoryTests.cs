using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Memory;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scheduling;

/// <summary>What a run holds is there until it was judged, and is given back when the check itself ended.</summary>
public sealed class RunMemoryTests
{
    private readonly FakeTimeProvider _clock = new(Plans.Start);
    private readonly BodyMemory _memory = new(1000);

    [Fact]
    public async Task RunAsync_ACheckThatHoldsMemory_IsJudgedBeforeItIsGivenBack()
    {
        var report = await RunAsync(async () => HealthCheckResult.Unhealthy("down", data: await HoldAsync()));
        report.Record.Verdict.Observations.ShouldContain(pair => pair.Name == "text" && (string)pair.Value == "held");
        _memory.Bodies.Held.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_ACheckThatThrows_GivesBackWhatItHolds()
    {
        var report = await RunAsync(async () => throw new CheckFailedException(ErrorType.Protocol, "broken", await HoldAsync()));
        report.Record.Verdict.Observations.ShouldContain(pair => pair.Name == "text" && (string)pair.Value == "held");
        _memory.Bodies.Held.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_ACheckThatIsAbandoned_GivesBackWhatItHoldsAtItsEnd()
    {
        var (holds, hangs) = (new TaskCompletionSource(), new TaskCompletionSource());
        var running = RunAsync(async () =>
        {
            var held = await HoldAsync();
            holds.SetResult();
            await hangs.Task;
            return HealthCheckResult.Healthy(data: held);
        });
        await holds.Task;
        await Eventually.Is(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            "it is abandoned");

        var report = await running;
        report.Record.Reason.ShouldBe("no answer within 1s; the check did not respond to cancellation");
        _memory.Bodies.Held.ShouldBe(600);
        hangs.SetResult();
        await report.Abandoned.ShouldNotBeNull();
        _memory.Bodies.Held.ShouldBe(0);
    }

    private static async Task<Dictionary<string, object>> HoldAsync()
    {
        var run = RunMemory.Current;
        await run.ReserveAsync(run.All.Bodies, 600, "a text", CancellationToken.None);
        var text = run.Hold(new NativeBuffer<char>(4));
        text.Append("held");
        return new Dictionary<string, object>(StringComparer.Ordinal) { ["text"] = new LongText(text.Written) };
    }

    private Task<FinishedRun> RunAsync(Func<Task<HealthCheckResult>> check)
    {
        var runner = new CheckRunner(new ServiceCollection().BuildServiceProvider(), new AgentClock(_clock), _memory, _clock);
        return runner.RunAsync(new CheckInstance(Plans.Check(make: _ => new Holding(check))));
    }

    private sealed class Holding(Func<Task<HealthCheckResult>> check) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            check();
    }
}
