using HealthAgent.State;
using static HealthAgent.Kinds.Network.Grpc.V1.HealthCheckResponse.Types;

namespace HealthAgent.Agent.Grpc;

/// <summary>
/// The open watches. One task looks at each snapshot for all of them, as long as there are any, and wakes those whose service has another
/// status. A watch holds nothing but the status that it sent last, so a slow one gets the current status next.
/// </summary>
internal sealed class HealthWatches
{
    /// <summary>How many there may be at once.</summary>
    public const int Most = 1000;

    private readonly StateStore _store;
    private readonly Readiness _readiness;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Service> _services = new(StringComparer.Ordinal);
    private int _open;
    private bool _isFollowing;

    public HealthWatches(StateStore store, Readiness readiness)
    {
        (_store, _readiness) = (store, readiness);
        _ = RefreshOnceWithdrawnAsync();
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Opens a watch of a service, whether there is one of the name or not; null when there are too many.</summary>
    public HealthWatch? TryOpen(string name)
    {
        lock (_lock)
        {
            if (_open >= Most)
            {
                return null;
            }

            if (!_services.TryGetValue(name, out var service))
            {
                _services.Add(name, service = new Service(name, StatusOf(name)));
            }

            (_open, service.Watches) = (_open + 1, service.Watches + 1);
            if (!_isFollowing)
            {
                _isFollowing = true;
                _ = FollowAsync();
            }

            return new HealthWatch(service, () => Close(service));
        }
    }

    private void Close(Service service)
    {
        lock (_lock)
        {
            (_open, service.Watches) = (_open - 1, service.Watches - 1);
            if (service.Watches == 0)
            {
                _services.Remove(service.Name);
            }
        }
    }

    private async Task FollowAsync()
    {
        await foreach (var _ in _store.Snapshots.ReadAllAsync(CancellationToken.None))
        {
            lock (_lock)
            {
                if (_open == 0)
                {
                    _isFollowing = false;
                    return;
                }

                Refresh();
            }
        }
    }

    private async Task RefreshOnceWithdrawnAsync()
    {
        await _readiness.Withdrawn;
        lock (_lock)
        {
            Refresh();
        }
    }

    // Always by the newest snapshot, so that no service goes back to what it was.
    private void Refresh()
    {
        foreach (var service in _services.Values)
        {
            service.Set(StatusOf(service.Name));
        }
    }

    private ServingStatus StatusOf(string service) =>
        HealthServices.StatusOf(service, _store.Current, _readiness.IsWithdrawn) ?? ServingStatus.ServiceUnknown;

    /// <summary>A service that is watched, perhaps by many.</summary>
    internal sealed class Service(string name, ServingStatus status)
    {
        private volatile State _state = new(status);

        /// <summary>Its name.</summary>
        public string Name => name;

        /// <summary>How many watches it has.</summary>
        public int Watches { get; set; }

        /// <summary>Its status, and what completes when it has another.</summary>
        public (ServingStatus Status, Task Changed) Current => _state is var state ? (state.Status, state.Changed.Task) : default;

        /// <summary>Sets its status.</summary>
        public void Set(ServingStatus status)
        {
            if (_state is var before && before.Status != status)
            {
                _state = new State(status);
                before.Changed.SetResult();
            }
        }

        private sealed record State(ServingStatus Status)
        {
            public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
