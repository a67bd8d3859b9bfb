using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Support;

/// <summary>A check that does what a test says, and remembers when it ran.</summary>
internal sealed class ScriptedCheck(TimeProvider clock, Func<int, CancellationToken, Task<HealthCheckResult>> run)
    : IHealthCheck, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<double> _starts = [];
    private int _inside;

    /// <summary>When it ran, in seconds since the clock's start.</summary>
    public IReadOnlyList<double> Starts
    {
        get
        {
            lock (_lock)
            {
                return [.. _starts];
            }
        }
    }

    /// <summary>Whether it ever ran beside itself.</summary>
    public bool Overlapped { get; private set; }

    /// <summary>Whether a run is under way, within its deadline or not.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
            {
                return _inside > 0;
            }
        }
    }

    public bool Disposed { get; private set; }

    /// <summary>Ends as the letters say, one a run: P, W, F; the last one again and again.</summary>
    public static ScriptedCheck Of(TimeProvider clock, string outcomes) =>
        new(clock, (number, _) => Task.FromResult(ResultOf(outcomes[Math.Min(number, outcomes.Length - 1)])));

    /// <summary>Passes when the gate opens, whatever its token says.</summary>
    public static ScriptedCheck Behind(TimeProvider clock, Task gate) => new(clock, async (_, _) =>
    {
        await gate;
        return HealthCheckResult.Healthy();
    });

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        int number;
        lock (_lock)
        {
            number = _starts.Count;
            _starts.Add((clock.GetUtcNow() - Plans.Start).TotalSeconds);
            Overlapped |= ++_inside > 1;
        }

        try
        {
            return await run(number, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _inside--;
            }
        }
    }

    public void Dispose() => Disposed = true;

    private static HealthCheckResult ResultOf(char outcome) => outcome switch
    {
        'P' => HealthCheckResult.Healthy(),
        'W' => HealthCheckResult.Degraded("as scripted"),
        _ => HealthCheckResult.Unhealthy("as scripted"),
    };
}
