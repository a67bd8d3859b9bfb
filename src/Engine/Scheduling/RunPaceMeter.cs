namespace HealthAgent.Scheduling;

/// <summary>How many runs start, and how late.</summary>
/// <param name="PerSecond">Runs started per second.</param>
/// <param name="Lateness">How late they started, on average.</param>
/// <param name="Latest">How late the latest of them started.</param>
internal readonly record struct RunPace(double PerSecond, TimeSpan Lateness, TimeSpan Latest);

/// <summary>Measures the pace of runs, in windows of ten seconds.</summary>
internal sealed class RunPaceMeter(TimeProvider clock)
{
    /// <summary>The length of a window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _start = clock.GetTimestamp();
    private int _runs;
    private TimeSpan _lateness;
    private TimeSpan _latest;
    private RunPace? _complete;

    /// <summary>The pace in the last complete window, or since the beginning where there is none yet.</summary>
    public RunPace Current
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _complete ?? Measure();
            }
        }
    }

    /// <summary>Notes a run that started so late.</summary>
    public void Add(TimeSpan late)
    {
        lock (_lock)
        {
            Turn();
            _runs++;
            _lateness += late;
            _latest = late > _latest ? late : _latest;
        }
    }

    // A window without runs may be longer.
    private void Turn()
    {
        if (clock.GetElapsedTime(_start) < Window)
        {
            return;
        }

        _complete = Measure();
        (_start, _runs, _lateness, _latest) = (clock.GetTimestamp(), 0, TimeSpan.Zero, TimeSpan.Zero);
    }

    private RunPace Measure() => _runs == 0
        ? default
        : new RunPace(_runs / Math.Max(clock.GetElapsedTime(_start).TotalSeconds, 1), _lateness / _runs, _latest);
}
