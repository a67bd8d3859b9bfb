using HealthAgent.State;

namespace HealthAgent;

/// <inheritdoc />
internal sealed class HealthSnapshots(StateStore store, TransitionFeed feed) : IHealthSnapshots
{
    private HealthSnapshot? _last;

    /// <inheritdoc />
    public HealthSnapshot Current
    {
        get
        {
            var (snapshot, last) = (store.Current, Volatile.Read(ref _last));
            if (last?.Version != snapshot.Version)
            {
                Volatile.Write(ref _last, last = new HealthSnapshot(snapshot));
            }

            return last;
        }
    }

    /// <inheritdoc />
    public IAsyncEnumerable<HealthTransition> Transitions(CancellationToken cancellationToken = default) =>
        feed.From(feed.Next, cancellationToken);
}
