using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Support;

/// <summary>A worker on a fake clock, with the real threads of its loop and of its runs.</summary>
internal sealed class WorkerHarness : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly ServiceProvider _services;
    private readonly LoopClock _clock;

    public WorkerHarness(AgentPlan plan, LoopClock clock, params IStateListener[] listeners)
    {
        _clock = clock;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(plan);
        services.AddSingleton<TimeProvider>(clock);
        services.AddScheduling();
        services.AddSingleton<Random>(new FixedRandom());
        services.AddSingleton<StateStore>();
        foreach (var listener in listeners)
        {
            services.AddSingleton(listener);
        }

        services.AddSingleton<AgentClock>();
        _services = services.BuildServiceProvider();
        Store = _services.GetRequiredService<StateStore>();
        Worker = _services.GetRequiredService<Worker>();
    }

    public StateStore Store { get; }

    public Worker Worker { get; }

    public long Running => _services.GetRequiredService<SchedulerMetrics>().Running;

    public string Statuses => string.Concat(Store.Current.Checks.Select(state => state.Status.Letter()));

    /// <summary>
    /// Advances the clock until a condition holds; how far depends on the machine. Only while no run is under way, other than those that
    /// hang: a run that still waits for a thread would miss its deadline.
    /// </summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what, int hanging = 0) => Eventually.Is(
        () =>
        {
            if (condition())
            {
                return true;
            }

            if (Running <= hanging)
            {
                _clock.Advance(Step);
            }

            return false;
        },
        what);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Chance that always falls the same way.</summary>
internal sealed class FixedRandom : Random
{
    public double Value { get; set; }

    /// <summary>Where it comes from when it is to fall differently each time.</summary>
    public Random? Spread { get; set; }

    protected override double Sample() => Value;

    public override double NextDouble() => Spread?.NextDouble() ?? Value;
}
