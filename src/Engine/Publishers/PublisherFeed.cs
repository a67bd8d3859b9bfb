using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Publishers;

/// <summary>One publisher, isolated: a failure or a hang affects neither the loop nor other publishers.</summary>
internal sealed partial class PublisherFeed(IHealthCheckPublisher publisher, TimeProvider clock, ILogger logger)
{
    // For a publisher that honours its token to finish.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly string _name = publisher.GetType().Name;
    private Task _call = Task.CompletedTask;
    private string? _reason;

    /// <summary>Completes when the publisher has finished or timed out.</summary>
    public Task UnderWay { get; private set; } = Task.CompletedTask;

    /// <summary>Publishes a report, unless the previous one is still in progress.</summary>
    public void Offer(HealthReport report, TimeSpan timeout, CancellationToken stoppingToken)
    {
        if (UnderWay.IsCompleted && _call.IsCompleted)
        {
            UnderWay = PublishAsync(report, timeout, stoppingToken);
        }
    }

    private async Task PublishAsync(HealthReport report, TimeSpan timeout, CancellationToken stoppingToken)
    {
        using var late = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stoppingToken);
        try
        {
            // On a thread-pool thread, since a publisher may block.
            var token = either.Token;
            _call = Task.Run(() => publisher.PublishAsync(report, token), CancellationToken.None);
            await _call.WaitAsync(timeout + Grace, clock, CancellationToken.None);
            Record(null);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Cancelled by shutdown.
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && late.IsCancellationRequested)
        {
            Record($"timed out after {Units.Format(timeout)}");
        }
#pragma warning disable CA1031 // A publisher may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Record("threw an exception", e);
        }
    }

    /// <summary>Logs once when it starts to fail, fails differently, or recovers.</summary>
    private void Record(string? reason, Exception? exception = null)
    {
        if (reason is null && _reason is not null)
        {
            LogRecovered(_name);
        }
        else if (reason is not null && reason != _reason)
        {
            LogFailed(_name, reason, exception);
        }

        _reason = reason;
    }

    [LoggerMessage(11, LogLevel.Error, "Health check publisher {Publisher} failed: {Reason}")]
    private partial void LogFailed(string publisher, string reason, Exception? exception);

    [LoggerMessage(12, LogLevel.Information, "Health check publisher {Publisher} recovered")]
    private partial void LogRecovered(string publisher);
}
