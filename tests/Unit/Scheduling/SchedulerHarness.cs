using System.Diagnostics.Metrics;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Scheduling;

/// <summary>
/// Drives a scheduler step by step, without threads: its runs end when their script says, on a clock that only the harness moves.
/// </summary>
internal sealed class SchedulerHarness : IDisposable
{
    private readonly AgentClock _moments;
    private readonly SchedulerMetrics _metrics;
    private readonly Meter _meter = new(Names.Source);
    private readonly MeterListener _meters = new();
    private readonly Scheduler _scheduler;
    private readonly ILoggerFactory _loggers;
    private readonly ScriptedRuns _runs;

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
        _runs = new ScriptedRuns(Clock, _moments);
        _scheduler = new Scheduler(Store, Pulse, _metrics, _moments, Random, _runs, _loggers.CreateLogger("scheduler"));
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

    public IReadOnlyList<string> Disposed => _runs.Disposed;

    public string Statuses => string.Concat(Store.Current.Checks.Select(state => state.Status.Letter()));

    /// <summary>When a check was started, in seconds since the clock's start.</summary>
    public IReadOnlyList<double> Starts(string check) => _runs.Starts(check);

    /// <summary>When a check was started, and how much later than it was due, in seconds.</summary>
    public IEnumerable<(double At, double Wait)> Waits(string check) => _runs.Waits(check);

    /// <summary>A check with its script.</summary>
    public SchedulerHarness With(string check, string script)
    {
        _runs.Script(check, script);
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
            if (_runs.NextEnd is { } end && end < next)
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
        _runs.End(check, letter);
        Advance(0);
    }

    /// <summary>Lets a run that was abandoned end at last.</summary>
    public void EndAbandoned(string check) => _runs.EndAbandoned(check);

    /// <summary>One iteration at this moment.</summary>
    public void Iterate(bool starting = true) => _scheduler.Iterate(_runs.TakeEnded(), starting);

    public void Dispose()
    {
        _meters.Dispose();
        _meter.Dispose();
        _loggers.Dispose();
    }

    private TimeSpan Now => _moments.Uptime;

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
