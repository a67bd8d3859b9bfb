using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Library;

public sealed class TransitionFeedTests
{
    private readonly TransitionFeed _feed = new();

    [Fact]
    public async Task Reader_ThatKeepsUp_IsGivenAll()
    {
        var reader = Read();
        var first = reader.MoveNextAsync().AsTask();
        first.IsCompleted.ShouldBeFalse();
        Tell(3);
        (await first).ShouldBeTrue();
        reader.Current.ShouldSatisfyAllConditions(
            one => one.Sequence.ShouldBe(1), one => one.Missed.ShouldBe(0), one => one.Check.ShouldBe("check"),
            one => one.To.ShouldBe(CheckStatus.Unhealthy));
        (await reader.MoveNextAsync()).ShouldBeTrue();
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.Sequence.ShouldBe(3);
        reader.MoveNextAsync().AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Reader_ThatIsSlow_IsToldHowManyItMissed()
    {
        var reader = Read();
        Tell(TransitionFeed.Kept + 5);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        (reader.Current.Sequence, reader.Current.Missed).ShouldBe((6, 5));
        (await reader.MoveNextAsync()).ShouldBeTrue();
        (reader.Current.Sequence, reader.Current.Missed).ShouldBe((7, 0));
        Tell(TransitionFeed.Kept);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.Missed.ShouldBe(TransitionFeed.Kept + 5 - 7);
    }

    [Fact]
    public async Task Reader_IsGivenWhatComesFromItsCallOn()
    {
        Tell(2);
        var transitions = _feed.From(_feed.Next, TestContext.Current.CancellationToken);
        Tell(1);
        await using var reader = transitions.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.Sequence.ShouldBe(3);
    }

    [Fact]
    public async Task Reader_ThatIsCancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        await using var reader = _feed.From(_feed.Next, cancellation.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var awaited = reader.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(awaited);
    }

    private IAsyncEnumerator<HealthTransition> Read() =>
        _feed.From(_feed.Next, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);

    private void Tell(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _feed.OnTransition(new Transition(Plans.Check(), CheckStatus.Healthy, CheckStatus.Unhealthy, Plans.Start,
                TimeSpan.FromSeconds(1), "down", ErrorType.Timeout));
        }
    }
}
