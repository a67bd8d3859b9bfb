using HealthAgent.State;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

public sealed class StateFeedTests
{
    private readonly StateStore _store = new(Plans.Agent(Plans.Check("db", failureThreshold: 1)), new AgentClock(new FakeTimeProvider(Plans.Start)), []);

    [Fact]
    public void ReadTransitions_AReaderThatKeepsUp_MissesNothing()
    {
        using var reader = _store.Feed.ReadTransitions(capacity: 2);
        foreach (var letter in "PFP")
        {
            Record(letter);
            reader.TryRead(out var item).ShouldBeTrue();
            item.Missed.ShouldBe(0);
            item.Transition.To.ShouldBe(letter == 'P' ? CheckStatus.Healthy : CheckStatus.Unhealthy);
            item.Current.ShouldBeSameAs(_store.Current);
        }

        Record('P');
        reader.TryRead(out _).ShouldBeFalse("no status changed");
    }

    [Fact]
    public void ReadTransitions_ASlowReader_IsGivenTheNewestAndHowManyItMissed()
    {
        using var slow = _store.Feed.ReadTransitions(capacity: 2);
        using var quick = _store.Feed.ReadTransitions(capacity: 100);

        Record("PFPFPF");

        slow.TryRead(out var item).ShouldBeTrue();
        (item.Missed, item.Transition.To).ShouldBe((4, CheckStatus.Healthy));
        item.Current.Checks[0].Status.ShouldBe(CheckStatus.Unhealthy, "it sees where it is now");
        slow.TryRead(out item).ShouldBeTrue();
        (item.Missed, item.Transition.To).ShouldBe((0, CheckStatus.Unhealthy));
        slow.TryRead(out _).ShouldBeFalse();
        var all = 0;
        while (quick.TryRead(out item))
        {
            item.Missed.ShouldBe(0);
            all++;
        }

        all.ShouldBe(6);
    }

    [Fact]
    public void ReadTransitions_ALaterReader_IsGivenWhatComesFromThenOn()
    {
        Record("PF");
        using var reader = _store.Feed.ReadTransitions(capacity: 2);

        Record('P');

        reader.TryRead(out var item).ShouldBeTrue();
        (item.Missed, item.Transition.To).ShouldBe((0, CheckStatus.Healthy));
    }

    [Fact]
    public async Task ReadTransitions_OfADisposedReader_Complete()
    {
        var reader = _store.Feed.ReadTransitions(capacity: 2);
        Record("PF");
        reader.Dispose();
        Record('P');

        var seen = new List<CheckStatus>();
        await foreach (var item in reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            seen.Add(item.Transition.To);
        }

        seen.ShouldBe([CheckStatus.Healthy, CheckStatus.Unhealthy]);
    }

    [Fact]
    public async Task ReadSnapshots_ASlowReader_IsGivenTheNewestOnly()
    {
        Record('P');
        await using var snapshots = _store.Feed.ReadSnapshotsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();

        (await snapshots.MoveNextAsync()).ShouldBeTrue();
        snapshots.Current.ShouldBeSameAs(_store.Current);
        Record("PPPF");
        (await snapshots.MoveNextAsync()).ShouldBeTrue();
        snapshots.Current.ShouldBeSameAs(_store.Current);
    }

    private void Record(string letters) => letters.ToList().ForEach(Record);

    private void Record(char letter) => _store.Record([new CompletedRun(0, Plans.Outcome(letter), Span: null)]);
}
