using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

public sealed class SnapshotFeedTests
{
    private readonly StateStore _store =
        new(Plans.Agent(Plans.Check("db", failureThreshold: 1)), new AgentClock(new FakeTimeProvider(Plans.Start)), []);

    [Fact]
    public async Task Reader_ThatIsSlow_IsGivenTheNewestOnly()
    {
        Record("P");
        await using var reader = Read();

        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.ShouldBeSameAs(_store.Current);
        Record("PPPF");
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.ShouldBeSameAs(_store.Current);
    }

    [Fact]
    public async Task Readers_ThatWait_AreEachGivenTheNext()
    {
        await using var first = Read();
        await using var second = Read();
        (await first.MoveNextAsync(), await second.MoveNextAsync()).ShouldBe((true, true));
        Task<bool>[] waiting = [first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask()];
        waiting.ShouldAllBe(reader => !reader.IsCompleted);

        Record("P");

        (await Task.WhenAll(waiting)).ShouldBe([true, true]);
        first.Current.ShouldBeSameAs(_store.Current);
        second.Current.ShouldBeSameAs(_store.Current);
    }

    [Fact]
    public async Task Reader_ThatIsCancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        await using var reader = _store.Snapshots.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        await reader.MoveNextAsync();
        var awaited = reader.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(awaited);
    }

    private IAsyncEnumerator<Snapshot> Read() =>
        _store.Snapshots.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private void Record(string letters)
    {
        foreach (var letter in letters)
        {
            _store.Record([new CompletedRun(0, Plans.Outcome(letter), Span: null)]);
        }
    }
}
