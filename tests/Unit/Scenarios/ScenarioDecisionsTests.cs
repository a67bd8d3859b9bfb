using HealthAgent.Scenarios;

namespace HealthAgent.Unit.Scenarios;

/// <summary>How time is divided, and when a step is retried.</summary>
public sealed class ScenarioDecisionsTests
{
    [Theory]
    [InlineData(20, 0, 20, 0)]
    [InlineData(20, 1, 15, 5)]
    [InlineData(20, 3, 15, 5)]
    [InlineData(5, 1, 3.75, 1.25)]
    [InlineData(120, 1, 110, 10)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(-1, 1, 0, 0)]
    public void Time_OfARun_IsDivided(double whole, int cleanups, double steps, double cleanup) => ScenarioTime
        .Of(TimeSpan.FromSeconds(whole), cleanups).ShouldBe(new ScenarioTime(TimeSpan.FromSeconds(steps), TimeSpan.FromSeconds(cleanup)));

    [Theory]
    [InlineData(6, 3, 2)]
    [InlineData(6, 1, 6)]
    [InlineData(0, 2, 0.001)]
    [InlineData(-3, 2, 0.001)]
    public void Share_OfACleanup_LeavesTheOthersTheirs(double left, int cleanups, double share) =>
        ScenarioTime.ShareOf(TimeSpan.FromSeconds(left), cleanups).ShouldBe(TimeSpan.FromSeconds(share));

    [Theory]
    [InlineData(0, 10, true)]
    [InlineData(4.5, 10, true)]
    [InlineData(4.6, 10, false)]
    [InlineData(1, 0.5, false)]
    [InlineData(1, 0.6, true)]
    public void Step_ThatFailed_IsTriedAgainWhileThereIsTime(double elapsed, double left, bool again) =>
        new StepRetry(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(0.5)).Pause(TimeSpan.FromSeconds(elapsed), TimeSpan.FromSeconds(left))
            .HasValue.ShouldBe(again);
}
