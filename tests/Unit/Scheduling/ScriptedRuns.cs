using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Runs without threads, which end when their script says.</summary>
/// <remarks>
/// A script has a letter per run, the last one again and again: P, W, F end at once; H hangs until its timeout, or a moment less, since
/// timers run out early; A is abandoned at it; G ends when the test says.
/// </remarks>
internal sealed class ScriptedRuns(LoopClock clock, AgentClock moments) : IRuns
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _starts = new(StringComparer.Ordinal);
    private readonly List<(string Check, double At, double Wait)> _waits = [];
    private readonly PriorityQueue<RunReport, TimeSpan> _ends = new();
    private readonly Dictionary<string, ScheduledCheck> _gated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> _abandoned = new(StringComparer.Ordinal);
    private int _hangs;

    public List<string> Disposed { get; } = [];

    /// <summary>When the next run ends; null while none will.</summary>
    public TimeSpan? NextEnd => _ends.TryPeek(out _, out var end) ? end : null;

    private TimeSpan Now => moments.Uptime;

    /// <summary>When a check was started, in seconds since the clock's start.</summary>
    public IReadOnlyList<double> Starts(string check) => _starts.GetValueOrDefault(check) ?? [];

    /// <summary>When a check was started, and how much later than it was due, in seconds.</summary>
    public IEnumerable<(double At, double Wait)> Waits(string check) =>
        _waits.Where(wait => wait.Check == check).Select(wait => (wait.At, wait.Wait));

    public void Script(string check, string script) => _scripts[check] = script;

    /// <summary>The runs that have ended by now.</summary>
    public List<RunReport> TakeEnded()
    {
        var ended = new List<RunReport>();
        while (NextEnd <= Now)
        {
            ended.Add(_ends.Dequeue());
        }

        return ended;
    }

    /// <summary>Ends the run of a check that waits for it.</summary>
    public void End(string check, char letter)
    {
        _gated.Remove(check, out var scheduled).ShouldBeTrue($"{check} runs and waits");
        _ends.Enqueue(Report(scheduled!, letter, Now), Now);
    }

    /// <summary>Lets a run that was abandoned end at last.</summary>
    public void EndAbandoned(string check) => _abandoned[check].SetResult();

    void IRuns.Start(ScheduledCheck check)
    {
        var name = check.Plan.Name;
        if (check.Hangs)
        {
            _ends.Enqueue(Report(check, 'F', Now, abandoned: check.Abandoned), Now);
            return;
        }

        var starts = _starts.TryGetValue(name, out var known) ? known : _starts[name] = [];
        _waits.Add((name, Now.TotalSeconds, (Now - check.Due).TotalSeconds));
        starts.Add(Math.Round(Now.TotalSeconds, 6));
        var script = _scripts.GetValueOrDefault(name, "P");
        var letter = script[Math.Min(starts.Count, script.Length) - 1];
        switch (letter)
        {
            case 'G':
                _gated[name] = check;
                break;
            case 'H':
                var early = _hangs++ % 2 * Early;
                _ends.Enqueue(Report(check, 'F', Now, check.Plan.Timeout - early, hung: true), Now + check.Plan.Timeout - early);
                break;
            case 'A':
                var duration = check.Plan.Timeout + Grace;
                _abandoned[name] = new TaskCompletionSource();
                _ends.Enqueue(Report(check, 'F', Now, duration, _abandoned[name].Task, hung: true), Now + duration);
                break;
            default:
                _ends.Enqueue(Report(check, letter, Now), Now);
                break;
        }
    }

    void IRuns.Dispose(ScheduledCheck check) => Disposed.Add(check.Plan.Name);

    private RunReport Report(
        ScheduledCheck check, char letter, TimeSpan started, TimeSpan duration = default, Task? abandoned = null, bool hung = false)
    {
        ErrorType? errorType = hung ? ErrorType.Timeout : letter == 'F' ? ErrorType.Expectation : null;
        return new(
            check,
            new FinishedRun(
                Plans.Outcome(
                    Plans.ResultOf(letter), errorType, duration: duration) with { StartedAt = clock.GetUtcNow() - (Now - started) },
                moments.Now.Steady - (Now - started),
                Span: null,
                abandoned));
    }
}
