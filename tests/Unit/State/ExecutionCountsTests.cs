using HealthAgent.State;

namespace HealthAgent.Unit.State;

public sealed class ExecutionCountsTests
{
    [Fact]
    public void With_EndingsOfDifferentKinds_AreCountedApart()
    {
        var counts = ExecutionCounts.None
            .With(Result.Pass, null).With(Result.Fail, ErrorType.Dns).With(Result.Pass, null).With(Result.Fail, ErrorType.Tls)
            .With(Result.Warn, null).With(Result.Fail, ErrorType.Dns);

        counts.Endings.ShouldBe(
            [
                new(Result.Pass, null, 2), new(Result.Fail, ErrorType.Dns, 2), new(Result.Fail, ErrorType.Tls, 1),
                new(Result.Warn, null, 1),
            ], ignoreOrder: true);
    }

    [Fact]
    public void With_OneMoreRun_LeavesTheFormerCountsAsTheyWere()
    {
        var one = ExecutionCounts.None.With(Result.Pass, null);

        one.With(Result.Pass, null).Endings.ShouldHaveSingleItem().Count.ShouldBe(2);

        one.Endings.ShouldHaveSingleItem().Count.ShouldBe(1);
        ExecutionCounts.None.Endings.ShouldBeEmpty();
    }
}
