using System.Diagnostics.Metrics;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Scheduling;

/// <summary>
/// Drives a scheduler step by step, without threads: its runs end when their script says, on a clock that only the harness moves.
/// </summary>
/// <remarks>
/// A script has a letter per run, the last one again and again: P, W, F end at once; H hangs until its timeout, or a moment less, since
/// timers run out early; A is abandoned at it; G ends when the test says.
/// </remarks>
internal sealed class SchedulerHarness : IRuns, IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _starts = new(StringComparer.Ordinal);
    private readonly List<(string Check, double At, double Wait)> _waits = [];
    private readonly PriorityQueue<RunReport, TimeSpan> _ends = new();
    private readonly Dictionary<string, ScheduledCheck> _gated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> _abandoned = new(StringComparer.Ordinal);
    private readonly AgentClock _moments;
    private readonly SchedulerMetrics _metrics;
    private readonly Meter _meter = new(Names.Source);
    private readonly MeterListener _meters = new();
    private readonly Scheduler _scheduler;
    private readonly ILoggerFactory _loggers;
    private int _hangs;

    public SchedulerHarness(AgentPlan plan, params IStateListener[] listeners)
        : this(plan, new LoopClock(), [], listeners)
    {
    }

    /// <summary>A scheduler that goes on after a restart.</summary>
    public SchedulerHarness(AgentPlan plan, LoopClock clock, IEnumerable<CarriedState> carried, params IStateListener[] listeners)
    {
        Clock = clock;
        _moments = new AgentClock(Clock);
        _metrics = new SchedulerMetrics(Clock);
        Store = new StateStore(plan, _moments, listeners, carried);
        Pulse = new SchedulerPulse(Clock);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        _scheduler = new Scheduler(Store, Pulse, _metrics, _moments, Random, runs: this, _loggers.CreateLogger("scheduler"));
        Listen();
    }

    public LoopClock Clock { get; }

    public StateStore Store { get; }

    public SchedulerPulse Pulse { get; }

    public CapturedLog Log { get; } = new();

    /// <summary>Where in their intervals checks have their regular starts; at the beginning unless a test says otherwise.</summary>
    public FixedRandom Random { get; } = new();

    public int Running => _scheduler.Running;

    public long Skipped => _metrics.SkippedStarts;

    public List<double> Lags { get; } = [];

    /// <summary>How long the scheduler wanted to sleep, each time.</summary>
    public List<TimeSpan> Sleeps { get; } = [];

    public List<string> Disposed { get; } = [];

    public string Statuses => string.Concat(Store.Current.Checks.Select(state => state.Status.Letter()));

    /// <summary>When a check was started, in seconds since the clock's start.</summary>
    public IReadOnlyList<double> Starts(string check) => _starts.GetValueOrDefault(check) ?? [];

    /// <summary>When a check was started, and how much later than it was due, in seconds.</summary>
    public IEnumerable<(double At, double Wait)> Waits(string check) =>
        _waits.Where(wait => wait.Check == check).Select(wait => (wait.At, wait.Wait));

    /// <summary>A check with its script.</summary>
    public SchedulerHarness With(string check, string script)
    {
        _scripts[check] = script;
        return this;
    }

    public SchedulerHarness Begin()
    {
        _scheduler.Begin();
        Iterate();
        Advance(0);
        return this;
    }

    /// <summary>Gives the scheduler another configuration.</summary>
    public void Replace(AgentPlan next)
    {
        _scheduler.Replace(new PlanIndex(next));
        Iterate();
        Advance(0);
    }

    /// <summary>Gives the scheduler an outcome that it did not run.</summary>
    public Reception Receive(string check, char letter)
    {
        var reception = _scheduler.Receive(check, Plans.Outcome(letter) with { StartedAt = Clock.GetUtcNow() });
        Advance(0);
        return reception;
    }

    /// <summary>Asks the scheduler for a run.</summary>
    public RunTicket Request(string check, RunOrder order = default)
    {
        var ticket = _scheduler.RequestRun(check, order);
        Iterate();
        Advance(0);
        return ticket;
    }

    /// <summary>Gives the scheduler a heartbeat; without a result, of a job that starts.</summary>
    public HeartbeatReceipt Beat(string check, Result? result = Result.Pass, string? message = null, TimeSpan? duration = null)
    {
        var receipt = _scheduler.Beat(check, new Heartbeat(result, message, duration));
        Advance(0);
        return receipt;
    }

    /// <summary>Starts no runs that are asked for any more.</summary>
    public void Stop() => _scheduler.StopRequests();

    /// <summary>Lets time pass, from one event to the next.</summary>
    public void Advance(double seconds)
    {
        var until = Now + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            var sleep = _scheduler.UntilNext;
            Sleeps.Add(sleep);
            var next = Now + sleep;
            if (_ends.TryPeek(out _, out var end) && end < next)
            {
                next = end;
            }

            if (next > until)
            {
                break;
            }

            Clock.Advance(next > Now ? next - Now : TimeSpan.Zero);
            Iterate();
        }

        Clock.Advance(until - Now);
    }

    /// <summary>Ends the run of a check that waits for it.</summary>
    public void End(string check, char letter = 'P')
    {
        _gated.Remove(check, out var scheduled).ShouldBeTrue($"{check} runs and waits");
        _ends.Enqueue(Report(scheduled!, letter, Now), Now);
        Advance(0);
    }

    /// <summary>Lets a run that was abandoned end at last.</summary>
    public void EndAbandoned(string check) => _abandoned[check].SetResult();

    /// <summary>One iteration at this moment.</summary>
    public void Iterate(bool starting = true)
    {
        var ended = new List<RunReport>();
        while (_ends.TryPeek(out _, out var end) && end <= Now)
        {
            ended.Add(_ends.Dequeue());
        }

        _scheduler.Iterate(ended, starting);
    }

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

    public void Dispose()
    {
        _meters.Dispose();
        _meter.Dispose();
        _loggers.Dispose();
    }

    private TimeSpan Now => _moments.Uptime;

    private RunReport Report(
        ScheduledCheck check, char letter, TimeSpan started, TimeSpan duration = default, Task? abandoned = null, bool hung = false)
    {
        ErrorType? errorType = hung ? ErrorType.Timeout : letter == 'F' ? ErrorType.Expectation : null;
        return new(
            check,
            new FinishedRun(
                Plans.Outcome(
                    Plans.ResultOf(letter), errorType, duration: duration) with { StartedAt = Clock.GetUtcNow() - (Now - started) },
                _moments.Now.Steady - (Now - started),
                Span: null,
                abandoned));
    }

    private void Listen()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, lag, _, _) =>
        {
            if (instrument.Name == Names.Metrics.SchedulerLag)
            {
                Lags.Add(lag);
            }
        });
        _meters.Start();
        _metrics.PublishOn(_meter);
    }
}

/// <summary>What a run that was asked for came to.</summary>
internal static class RunTickets
{
    /// <summary>The answer, which is there.</summary>
    public static RequestedRun Answer(this RunTicket ticket)
    {
        ticket.Run.IsCompletedSuccessfully.ShouldBeTrue("it is answered");
        return ticket.Run.Result;
    }
}
