using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

public sealed class StreakTests
{
    [Theory]
    [InlineData("", 0, 0, 0, 0)]
    [InlineData("P", 1, 0, 0, 0)]
    [InlineData("PPP", 3, 0, 0, 0)]
    [InlineData("W", 0, 1, 0, 1)]
    [InlineData("F", 0, 0, 1, 1)]
    [InlineData("WF", 0, 0, 1, 2)]
    [InlineData("FFW", 0, 1, 0, 3)]
    [InlineData("FWFW", 0, 1, 0, 4)]
    [InlineData("FWP", 1, 0, 0, 0)]
    [InlineData("PPF", 0, 0, 1, 1)]
    [InlineData("FFPFF", 0, 0, 2, 2)]
    public void With_Outcomes_CountsThoseThatAgreeAtTheEnd(string outcomes, int passes, int warns, int fails, int misses) =>
        outcomes.Aggregate(default(Streak), (streak, outcome) => streak.With(Plans.ResultOf(outcome)))
            .ShouldBe(new Streak(passes, warns, fails, misses));
}
