namespace HealthAgent.Unit.Support;

/// <summary>Waits for what other threads do. The limit is far beyond what it takes: it only ends tests that would hang.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private const int Yields = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Waits until it is so.</summary>
    public static async Task Is(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var tries = 0; !condition(); tries++)
        {
            if (tries < Yields)
            {
                await Task.Yield();
                continue;
            }

            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Limit, $"it never came about that {what}");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Waits for a task that must end.</summary>
    public static Task<T> Ends<T>(this Task<T> task) => task.WaitAsync(Limit, TimeProvider.System);

    /// <summary>Waits for a task that must end.</summary>
    public static Task Ends(this Task task) => task.WaitAsync(Limit, TimeProvider.System);
}
