using System.Diagnostics;
using System.Diagnostics.Metrics;
using HealthAgent.State;

namespace HealthAgent.Instruments;

/// <summary>What every single run leaves in telemetry: its duration, and an event when it changed a status.</summary>
internal sealed class RunTelemetry(AgentEvents events) : IStateListener, IMetricsSource
{
    private Histogram<double>? _duration;

    /// <summary>The instrument of how long runs take.</summary>
    public static Histogram<double> CreateDuration(Meter meter) =>
        meter.CreateHistogram(Names.Metrics.Duration, "s", "How long runs take.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
        });

    /// <inheritdoc />
    public void PublishOn(Meter meter) => Volatile.Write(ref _duration, CreateDuration(meter));

    /// <inheritdoc />
    public void OnTransition(Transition transition) => events.StateChanged(transition);

    /// <inheritdoc />
    public void OnFlapping(CheckState state, CompletedRun run) => InTraceOf(run, () =>
    {
        Keep(run.Span);
        events.Flapping(state);
    });

    /// <inheritdoc />
    public void OnRecorded(CheckState state, CompletedRun run, Transition? transition) => InTraceOf(run, () =>
    {
        if (transition is not null || run.Record.Result == Result.Fail)
        {
            Keep(run.Span);
        }

        // What came in need not say how long it took.
        if (!state.Plan.IsPassive || run.Record.Duration > TimeSpan.Zero)
        {
            Volatile.Read(ref _duration)?.Record(run.Record.Duration.TotalSeconds, Tags(state, run.Record));
        }

        if (transition is not null)
        {
            events.StateChanged(transition);
        }
    });

    /// <summary>
    /// Keeps a run that was not chosen. To be called before anything is reported of it: exemplars name only what is kept.
    /// </summary>
    public static void Keep(Activity? run)
    {
        if (run is { IsAllDataRequested: true })
        {
            run.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        }
    }

    private static TagList Tags(CheckState state, RunRecord run) => run.ErrorType is { } errorType
        ? AttributeSets.With(state.Plan.Attributes, AttributeSets.Tag(Names.Attributes.ErrorType, errorType.Name()))
        : AttributeSets.With(state.Plan.Attributes);

    /// <summary>Exemplars and log records take their trace from the current activity.</summary>
    private static void InTraceOf(CompletedRun run, Action report)
    {
        Activity.Current = run.Span;
        try
        {
            report();
        }
        finally
        {
            Activity.Current = null;
        }
    }
}
