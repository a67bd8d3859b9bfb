using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Scheduling;

/// <summary>A check that shows its context, and passes.</summary>
internal sealed class SeeingCheck(Action<HealthCheckContext> see) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        see(context);
        return Task.FromResult(HealthCheckResult.Healthy());
    }
}
