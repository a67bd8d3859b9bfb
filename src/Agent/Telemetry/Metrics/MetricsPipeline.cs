using HealthAgent.Instruments;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using OpenTelemetry.Metrics;

namespace HealthAgent.Agent.Telemetry.Metrics;

/// <summary>The current <see cref="MetricsGeneration"/>, and its change to the next.</summary>
internal sealed class MetricsPipeline(
    IServiceProvider services, AgentMeter meter, AgentPlan plan, Action<MeterProviderBuilder> configure)
    : LifecycleService, IPlanListener
{
    private MetricsGeneration? _current;

    /// <summary>
    /// Collects the meter that took the place of another, at once. What counts begins at zero then, as after a restart; where the series
    /// are the same, nothing changes.
    /// </summary>
    public void OnReplaced(AgentPlan next)
    {
        if (meter.Current is { } published && !ReferenceEquals(_current?.Meter, published))
        {
            var previous = Interlocked.Exchange(ref _current, new MetricsGeneration(services, published, next, configure));
            _ = previous?.LeaveAsync();
        }
    }

    /// <summary>
    /// Answers a scrape. Every other one waits until the answer is written, so a context that writes to memory is to be given.
    /// </summary>
    public async Task ScrapeAsync(HttpContext context)
    {
        while (Volatile.Read(ref _current) is { } current)
        {
            if (await current.TryServeAsync(context))
            {
                return;
            }
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    /// <summary>Begins before anything runs.</summary>
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        // A generation disposes of its own meter, when it has answered the last scrape.
        meter.Retire = static _ => { };
        OnReplaced(plan);
        return Task.CompletedTask;
    }

    /// <summary>Ends after everything that ran, so that nothing is lost.</summary>
    /// <remarks>With its own limit of time, that of the last export: the host's may have been used up by callers.</remarks>
    public override Task StoppedAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _current, null)?.LeaveAsync() ?? Task.CompletedTask;
}
