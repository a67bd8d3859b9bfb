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

/// <summary>A publisher that waits for the first report.</summary>
internal sealed class ReportCatcher : IHealthCheckPublisher
{
    public TaskCompletionSource<HealthReport> Published { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        Published.TrySetResult(report);
        return Task.CompletedTask;
    }
}
