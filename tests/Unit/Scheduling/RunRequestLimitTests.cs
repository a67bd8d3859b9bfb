using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>How many runs may be asked for, of one check and in all.</summary>
public sealed class RunRequestLimitTests
{
    private static readonly RunOrder Limited = new(IsExplained: false, IsLimited: true);

    [Fact]
    public void Requests_OneAfterTheOther_AreThreeAtOnceAndThenOnePerTenSeconds()
    {
        var plan = Plans.Agent(Plans.Check("db", interval: TimeSpan.FromHours(1)), Plans.Check("api"));
        using var harness = new SchedulerHarness(plan).Begin();
        harness.Advance(60);

        Enumerable.Range(0, 3).ShouldAllBe(_ => harness.Request("db", Limited).Answer().Answer == RunAnswer.Done);
        var refused = harness.Request("db", Limited).Answer();
        (refused.Answer, refused.RetryAfter).ShouldBe((RunAnswer.TooOften, TimeSpan.FromSeconds(10)));
        harness.Starts("db").Count.ShouldBe(4, "a refused request starts nothing");
        harness.Request("api", Limited).Answer().Answer.ShouldBe(RunAnswer.Done, "another check has its own limit");
        harness.Request("db").Answer().Answer.ShouldBe(RunAnswer.Done, "the application's own code is not limited");

        harness.Advance(10);
        harness.Request("db", Limited).Answer().Answer.ShouldBe(RunAnswer.Done);
        harness.Request("db", Limited).Answer().Answer.ShouldBe(RunAnswer.TooOften);
    }

    [Fact]
    public void Requests_OfManyChecks_AreThirtyAtOnceAndThenOnePerSecond()
    {
        using var harness = new SchedulerHarness(Plans.Agent([.. Enumerable.Range(0, 40).Select(i => Plans.Check($"c{i}"))])).Begin();
        harness.Advance(60);

        var answers = Enumerable.Range(0, 40).Select(i => harness.Request($"c{i}", Limited).Answer()).ToList();

        answers.Count(answer => answer.Answer == RunAnswer.Done).ShouldBe(30);
        answers[^1].RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
    }
}
