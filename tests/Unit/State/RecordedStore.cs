using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

/// <summary>A store whose checks run when a test says, with the events that follow.</summary>
internal sealed class RecordedStore
{
    private readonly StateStore _store;

    public RecordedStore(params CheckPlan[] checks) => _store = new StateStore(Plans.Agent(checks), new AgentClock(Clock), [Events]);

    public FakeTimeProvider Clock { get; } = new(Plans.Start);

    public RecordingListener Events { get; } = new();

    public Snapshot Current => _store.Current;

    public string Statuses => string.Concat(Current.Checks.Select(check => check.Status.Letter()));

    /// <summary>A run of each check, by its letter; a dot for none.</summary>
    public IReadOnlyList<int> Record(string letters, int times = 1)
    {
        IReadOnlyList<int> released = [];
        for (var i = 0; i < times; i++)
        {
            released = _store.Record([.. letters.Index().Where(pair => pair.Item != '.').Select(pair =>
                new CompletedRun(pair.Index, Plans.Outcome(pair.Item) with { StartedAt = Clock.GetUtcNow() }, Span: null))]).Wanted;
        }

        return released;
    }

    public void Pass(int seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Refresh();
    }

    public void Refresh() => _store.Refresh();
}
