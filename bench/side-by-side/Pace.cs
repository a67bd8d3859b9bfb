namespace HealthAgent.SideBySide;

/// <summary>Starts work at a steady rate, whatever becomes of it.</summary>
internal static class Pace
{
    // When the other side does not keep up, the rate falls rather than that work piles up.
    private const int Most = 64;

    public static async Task RunAsync(int rate, TimeSpan length, Func<Task> work)
    {
        var underWay = new HashSet<Task>();
        var started = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (long count = 0; await tick.WaitForNextTickAsync();)
        {
            foreach (var done in underWay.Where(task => task.IsCompleted).ToList())
            {
                underWay.Remove(done);
                await done;
            }

            var passed = TimeProvider.System.GetElapsedTime(started);
            if (passed >= length)
            {
                await Task.WhenAll(underWay);
                return;
            }

            for (; count < passed.TotalSeconds * rate; count++)
            {
                if (underWay.Count < Most)
                {
                    underWay.Add(work());
                }
            }
        }
    }
}
