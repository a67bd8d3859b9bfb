using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

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
