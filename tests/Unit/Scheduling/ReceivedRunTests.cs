using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Outcomes that nobody here ran.</summary>
public sealed class ReceivedRunTests
{
    private readonly RecordingListener _events = new();

    [Fact]
    public void Receive_OfAPassiveCheck_IsFoldedLikeARun()
    {
        using var harness = Harness();

        harness.Receive("backup", 'P').ShouldBe(Reception.Done);
        harness.Receive("backup", 'F').ShouldBe(Reception.Done);

        _events.Lines.ShouldBe(["db ?>H", "backup ?>H", "backup H>U"]);
        harness.Starts("backup").ShouldBeEmpty("nobody here runs it");
        harness.Store.Current.Find("backup")!.Executions.Endings.Length.ShouldBe(2);
    }

    [Fact]
    public void Receive_OfAnUnknownCheck_IsRefused()
    {
        using var harness = Harness();

        harness.Receive("nobody", 'P').ShouldBe(Reception.UnknownCheck);

        harness.Store.Current.Find("nobody").ShouldBeNull();
    }

    [Fact]
    public void APassiveCheck_OfWhichNothingCame_IsStaleAfterThreeIntervals()
    {
        using var harness = Harness();
        harness.Receive("backup", 'P');

        harness.Advance(30);
        harness.Statuses.ShouldBe("HH");
        harness.Advance(2);
        harness.Statuses.ShouldBe("?H");
        harness.Pulse.Backlog.Waiting.ShouldBe(0, "it does not wait for a slot");

        harness.Receive("backup", 'P');
        harness.Statuses.ShouldBe("HH");
        _events.Lines.ShouldBe(["db ?>H", "backup ?>H", "backup H>?", "backup ?>H"], ignoreOrder: true);
    }

    [Fact]
    public void Receive_AMissOfAChild_HasItsParentRunAtOnce()
    {
        using var harness = new SchedulerHarness(
            Plans.Agent(Plans.Check("db"), Plans.Check("job", failureThreshold: 1, dependsOn: "db") with { IsPassive = true }), _events)
                .Begin();
        harness.Advance(3);

        harness.Receive("job", 'F');

        harness.Starts("db")[^1].ShouldBe(3);
        harness.Starts("job").ShouldBeEmpty();
    }

    [Fact]
    public async Task RecordAsync_FromManyThreads_IsFoldedInTheOrderOfEach()
    {
        await using var harness =
            new WorkerHarness(Plans.Agent([.. "abcd".Select(name => Plans.Check($"{name}") with { IsPassive = true })]), new LoopClock());
        await harness.Worker.StartAsync(CancellationToken.None);

        await Task.WhenAll("abcd".Select(name => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                (await harness.Worker.RecordAsync($"{name}", Plans.Outcome("PF"[i % 2])).Ends()).ShouldBe(Reception.Done);
                harness.Store.Current.Find($"{name}")!.Last!.Result.ShouldBe(Plans.ResultOf("PF"[i % 2]));
            }
        })));

        harness.Store.Current.Checks.ShouldAllBe(state => state.Executions.Endings.Sum(ending => ending.Count) == 100);
        await harness.Worker.StopAsync(CancellationToken.None).Ends();
        (await harness.Worker.RecordAsync("a", Plans.Outcome('P')).Ends()).ShouldBe(Reception.Stopping);
    }

    private SchedulerHarness Harness() =>
        new SchedulerHarness(Plans.Agent(Plans.Check("backup", failureThreshold: 1) with { IsPassive = true }, Plans.Check("db")), _events)
            .Begin();
}
