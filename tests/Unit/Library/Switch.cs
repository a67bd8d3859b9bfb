using System.Net;
using HealthAgent.Checks;
using HealthAgent.Settings;
using HealthAgent.State;
using HealthAgent.Unit.Scheduling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
