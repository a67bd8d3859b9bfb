using System.Diagnostics.CodeAnalysis;

namespace HealthAgent.Integration.Support;

/// <summary>Waits for real counterparts.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Polls until the result is as wanted; fails with the last result.</summary>
    public static async Task<T> TrueAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted, string what, TimeSpan? patience = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var last = await ask(); ; last = await ask())
        {
            if (wanted(last))
            {
                return last;
            }

            if (TimeProvider.System.GetElapsedTime(start) > (patience ?? Patience))
            {
                Fail(what, last, patience ?? Patience);
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Polls until the result is as wanted; fails with the last result.</summary>
    public static Task<T> TrueAsync<T>(Func<T> ask, Func<T, bool> wanted, string what) =>
        TrueAsync(() => Task.FromResult(ask()), wanted, what);

    [DoesNotReturn]
    private static void Fail<T>(string what, T last, TimeSpan patience)
    {
        Assert.Fail($"did not come true within {patience.TotalSeconds} s: {what}; last seen: {last}");
        throw new InvalidOperationException();
    }
}
