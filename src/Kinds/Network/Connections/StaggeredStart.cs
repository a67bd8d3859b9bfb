
namespace HealthAgent.Kinds.Network.Connections;

/// <summary>Starts attempts one after another with a delay, and takes the first that succeeds.</summary>
/// <remarks>Rule: RFC 8305 (Happy Eyeballs), section 5.</remarks>
internal static class StaggeredStart
{
    /// <summary>How long an attempt runs before the next one starts.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Starts the next attempt when one failed, or after <see cref="Delay"/>. Returns the first success; the others are cancelled, and
    /// their
    /// late results disposed.
    /// </summary>
    /// <exception cref="AggregateException">Several attempts failed. The failure of a single attempt is thrown as it is.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<T> FirstAsync<T>(
        IReadOnlyList<Func<CancellationToken, Task<T>>> attempts, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (attempts.Count == 1)
        {
            return await attempts[0](cancellationToken);
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> running = [];
        List<Exception> failures = [];
        try
        {
            for (var next = 0; next < attempts.Count || running.Count > 0;)
            {
                if (next < attempts.Count)
                {
                    running.Add(StartAsync(attempts[next++], stop.Token));
                }

                var ended = await NextAsync(
                    running, next < attempts.Count ? Task.Delay(Delay, clock, stop.Token) : null, cancellationToken);
                if (ended is Task<T> { IsCompletedSuccessfully: true } success && running.Remove(success))
                {
                    return await success;
                }

                if (running.Remove(ended))
                {
                    failures.Add(ended.Exception?.InnerException ?? new TaskCanceledException(ended));
                }
            }

            throw new AggregateException(failures);
        }
        finally
        {
            _ = LeaveAsync<T>(running, stop);
        }
    }

    /// <summary>The first attempt to complete, or the delay. Attempts that ignore cancellation are not waited for.</summary>
    private static async Task<Task> NextAsync(List<Task> running, Task? pause, CancellationToken cancellationToken)
    {
        var ended = await Task.WhenAny(pause is null ? running : [.. running, pause]).WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return ended;
    }

    // An attempt may throw before its first await.
    private static async Task<T> StartAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken stop) => await attempt(stop);

    private static async Task LeaveAsync<T>(List<Task> running, CancellationTokenSource stop)
    {
        using (stop)
        {
            await stop.CancelAsync();
            foreach (var task in running)
            {
                await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (task is Task<T> { IsCompletedSuccessfully: true } loser)
                {
                    await DisposeAsync(await loser);
                }
            }
        }
    }

    private static async ValueTask DisposeAsync(object? result)
    {
        if (result is IAsyncDisposable later)
        {
            await later.DisposeAsync();
        }
        else
        {
            (result as IDisposable)?.Dispose();
        }
    }
}
