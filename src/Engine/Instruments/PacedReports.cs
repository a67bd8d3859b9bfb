using HealthAgent.Scheduling;

namespace HealthAgent.Instruments;

/// <summary>How often something that callers cause is reported, and how often it was not. By any thread.</summary>
/// <param name="burst">How often at once.</param>
/// <param name="period">After how long once more.</param>
/// <param name="clock">The clock.</param>
internal sealed class PacedReports(int burst, TimeSpan period, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Pace _pace = new(burst, period);
    private int _unreported;

    /// <summary>Whether it is reported now: how often it was not since the last report; null if it is not now.</summary>
    public int? TryTake()
    {
        lock (_lock)
        {
            if (_pace.TryTake(clock.GetElapsedTime(0)) > TimeSpan.Zero)
            {
                _unreported++;
                return null;
            }

            var unreported = _unreported;
            _unreported = 0;
            return unreported;
        }
    }
}
