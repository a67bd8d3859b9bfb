namespace HealthAgent.Scheduling;

/// <summary>Disposes what checks hold, off the scheduling loop: it may block, and may fail.</summary>
internal sealed partial class CheckDisposal(ILogger logger)
{
    /// <summary>Completes when the check is disposed, or failed to be, which is logged.</summary>
    public Task DisposeAsync(CheckInstance check) => Task.Run(async () =>
    {
        try
        {
            await check.DisposeAsync();
        }
#pragma warning disable CA1031 // Whatever one check throws, the others go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDisposeFailed(check.Plan.Name, e);
        }
    });

    [LoggerMessage(3, LogLevel.Warning, "{Check}: dispose failed")]
    private partial void LogDisposeFailed(string check, Exception exception);
}
