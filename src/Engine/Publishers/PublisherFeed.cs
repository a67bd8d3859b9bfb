using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Publishers;

/// <summary>One publisher on its own: what it does or fails to do concerns neither the others nor the loop.</summary>
internal sealed partial class PublisherFeed(IHealthCheckPublisher publisher, TimeProvider clock, ILogger logger)
{
    // One that honours its token gets a moment to do so.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly string _name = publisher.GetType().Name;
    private Task _call = Task.CompletedTask;
    private string? _trouble;

    /// <summary>Ends when the publisher has, or when its time is up.</summary>
    public Task UnderWay { get; private set; } = Task.CompletedTask;

    /// <summary>Gives it a report, unless it is still at an earlier one.</summary>
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
            // On a thread of its own, since it may block.
            var token = either.Token;
            _call = Task.Run(() => publisher.PublishAsync(report, token), CancellationToken.None);
            await _call.WaitAsync(timeout + Grace, clock, CancellationToken.None);
            Told(null);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It stopped because it was told to.
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && late.IsCancellationRequested)
        {
            Told($"it does not end within {Units.Format(timeout)}");
        }
#pragma warning disable CA1031 // Whatever a publisher throws is its own affair.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Told("it throws", e);
        }
    }

    /// <summary>Logs when it begins to fail, or fails in another way, or does so no longer, and not each time.</summary>
    private void Told(string? trouble, Exception? exception = null)
    {
        if (trouble is null && _trouble is not null)
        {
            LogWorksAgain(_name);
        }
        else if (trouble is not null && trouble != _trouble)
        {
            LogFails(_name, trouble, exception);
        }

        _trouble = trouble;
    }

    [LoggerMessage(11, LogLevel.Error, "The health check publisher {Publisher} fails: {Trouble}")]
    private partial void LogFails(string publisher, string trouble, Exception? exception);

    [LoggerMessage(12, LogLevel.Information, "The health check publisher {Publisher} works again")]
    private partial void LogWorksAgain(string publisher);
}
