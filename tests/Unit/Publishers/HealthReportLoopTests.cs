using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Publishers;

/// <summary>When publishers are called.</summary>
public sealed class HealthReportLoopTests : PublishingLoop
{
    [Fact]
    public async Task Publishers_ByTheOptions_AreCalledAfterTheDelayAndEachPeriod()
    {
        Pass();
        await StartAsync();

        Clock.Advance(TimeSpan.FromSeconds(4.9));
        LastPublisher.At.ShouldBeEmpty();
        await ReportAsync(0.1);
        await ReportAsync(30);
        await ReportAsync(30);

        LastPublisher.At.Select(at => (at - Plans.Start).TotalSeconds).ShouldBe([5, 35, 65]);
        LastPublisher.Reports.ShouldAllBe(report => report.Status == HealthStatus.Healthy && report.Entries.ContainsKey("db"));
    }

    [Fact]
    public async Task FirstReport_BeforeAllHaveAVerdict_WaitsForThem()
    {
        await StartAsync();

        await LookAsync(5);
        await LookAsync(1);
        LastPublisher.At.ShouldBeEmpty();
        Pass();
        await ReportAsync(1);

        LastPublisher.Reports.ShouldHaveSingleItem().Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task FirstReport_WithoutAVerdictForAWholePeriod_WaitsNoLonger()
    {
        await StartAsync();

        await LookAsync(5);
        for (var second = 1; second < 30; second++)
        {
            await LookAsync(1);
        }

        LastPublisher.At.ShouldBeEmpty();
        await ReportAsync(1);
        LastPublisher.Reports.ShouldHaveSingleItem().Status.ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Predicate_ThatThrows_IsToldOnceAndTriedAgain()
    {
        var asked = 0;
        Options.Predicate = _ => Interlocked.Increment(ref asked) < 3 ? throw new InvalidOperationException("not yet") : true;
        Pass();
        await StartAsync();

        Clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.Is(() => Volatile.Read(ref asked) == 1, "a report is tried");
        Clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.Is(() => Volatile.Read(ref asked) == 2, "a report is tried again");
        await ReportAsync(30);

        Logged.ShouldBe(["Error Health report for publishers failed; retrying next period"]);
    }

    [Fact]
    public async Task Loop_WithoutPublishers_SetsNoTimer()
    {
        Loop = LoopOf([]);
        await Loop.StartAsync(CancellationToken.None);
        await Loop.ExecuteTask!.Ends();
        Clock.Timers.ShouldBe(0);
    }
}
