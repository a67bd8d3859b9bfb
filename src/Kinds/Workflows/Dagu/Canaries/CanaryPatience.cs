namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>Pauses between looks at a run: short at first, since most are done at once, then longer; until the time is over.</summary>
internal sealed class CanaryPatience(TimeProvider clock, long began, TimeSpan within)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits before the next look.</summary>
    /// <returns>False if the time is over.</returns>
    public async Task<bool> PauseAsync(CancellationToken cancellationToken)
    {
        var left = within - clock.GetElapsedTime(began);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(_pause < left ? _pause : left, clock, cancellationToken);
        _pause = _pause * 1.5 < Longest ? _pause * 1.5 : Longest;
        return true;
    }
}
