using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Library;

/// <summary>A check that counts its runs.</summary>
internal sealed class Switch : IHealthCheck
{
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    public string? Description { get; init; }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _runs);
        return Task.FromResult(HealthCheckResult.Healthy(Description));
    }
}
