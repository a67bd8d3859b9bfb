using Microsoft.Extensions.Diagnostics.HealthChecks;

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
