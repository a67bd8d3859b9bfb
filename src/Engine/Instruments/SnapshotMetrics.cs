using System.Diagnostics.Metrics;
using HealthAgent.Expectations;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Instruments;

/// <summary>
/// Metrics read from the snapshot when they are collected. Observable instruments only: a series of another kind would
/// outlive its check.
/// </summary>
internal sealed class SnapshotMetrics(StateStore store, SchedulerPulse pulse) : IMetricsSource
{
    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var baseline = new CounterBaseline(store.Current);
        meter.CreateObservableUpDownCounter(Names.Metrics.Status, () => Each(StatusOf),
            description: "Whether the check is in the state, 1 or 0, one series a state.");
        meter.CreateObservableGauge(Names.Metrics.Up, () => Each(Up),
            description: "1 healthy or degraded, 0 unhealthy; absent while unknown.");
        meter.CreateObservableGauge(Names.Metrics.Info, () => Each(Info),
            description: "What is known of the check beside its attributes; always 1.");
        meter.CreateObservableGauge(Names.Metrics.Error, () => Each(Error),
            description: "1 with the type of error while the latest run is one that failed; "
                + "absent otherwise, and while the check is not run.");
        meter.CreateObservableGauge(Names.Metrics.Objective, () => Each(Objective),
            description: "The share of the time that the check should be up, from 0 to 1; absent where none is written.");
        meter.CreateObservableCounter(Names.Metrics.Executions, () => Each(state => Executions(state, baseline)), "{run}",
            "Runs by how they ended.");
        meter.CreateObservableCounter(
            Names.Metrics.Transitions, () => Each(state => One(state, state.Transitions - baseline.Transitions(state))),
            "{transition}", "Changes of status.");
        meter.CreateObservableGauge(Names.Metrics.LastCompleted, () => Each(LastCompleted), "s",
            "When the latest run ended, in seconds since 1970.");
        meter.CreateObservableGauge(Names.Metrics.Interval, () => Each(state => One(state, state.Plan.Interval.TotalSeconds)), "s",
            "The time between starts.");
        meter.CreateObservableGauge(Names.Metrics.StatusSince, () => Each(state => One(state, Seconds(state.Since))), "s",
            "Since when the status is what it is, in seconds since 1970.");
        meter.CreateObservableGauge(Names.Metrics.Flapping, () => Each(state => One(state, state.IsFlapping ? 1 : 0)),
            description: "1 while outcomes change so often that state-change events are paused.");
        meter.CreateObservableGauge(Names.Metrics.Maintenance, () => Each(state => One(state, state.Maintenance is null ? 0 : 1)),
            description: "1 while a maintenance window is open for the check.");
        meter.CreateObservableGauge(Names.Metrics.Silenced, () => Each(state => One(state, state.Silence is null ? 0 : 1)),
            description: "1 while a silence is open for the check.");
        meter.CreateObservableGauge(Names.Metrics.Acknowledged, () => Each(state => One(state, state.Acknowledged is null ? 0 : 1)),
            description: "1 while somebody has acknowledged what is wrong with the check.");
        meter.CreateObservableGauge(Names.Metrics.Suppressed, () => Each(state => One(state, state.SuppressedBy is null ? 0 : 1)),
            description: "1 while the check is not run because one that it depends on is unhealthy.");
        meter.CreateObservableGauge(Names.Metrics.Value, () => Each(Values),
            description: "What the latest run observed, durations in seconds.");
        meter.CreateObservableGauge(Names.Metrics.PhaseDuration, () => Each(Phases), "s", "How long the phases of the latest run took.");
        meter.CreateObservableGauge(Names.Metrics.StepDuration, () => Each(Steps), "s",
            "How long the steps of the latest run took; absent for those that were skipped.");
        meter.CreateObservableGauge(Names.Metrics.StepError, () => Each(StepErrors),
            description: "1 with the type of error for each step of the latest run that failed, cleanup included; "
                + "absent otherwise, and while the check is not run.");
        meter.CreateObservableGauge(Names.Metrics.CertificateNotAfter, () => Each(CertificateNotAfter), "s",
            "The end of the peer's certificate, in seconds since 1970.");
        meter.CreateObservableUpDownCounter(Names.Metrics.RollUpStatus, RollUps,
            description: "Whether the roll-up is in the state, 1 or 0, one series a state.");
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<CheckState, IEnumerable<Measurement<T>>> measure) where T : struct =>
        store.Current.Checks.SelectMany(measure);

    private static IEnumerable<Measurement<int>> StatusOf(CheckState state) => States(state.Status, state.Plan.Attributes);

    private static IEnumerable<Measurement<int>> Up(CheckState state) =>
        state.Status == CheckStatus.Unknown ? [] : One(state, state.Status.IsUp() ? 1 : 0);

    private static IEnumerable<Measurement<int>> Info(CheckState state) =>
        [Measure(state, 1, AttributeSets.Tag(Names.Attributes.Impact, state.Plan.Impact.Name()))];

    private static IEnumerable<Measurement<int>> Error(CheckState state) => state is { SuppressedBy: null, Last.ErrorType: { } errorType }
        ? [Measure(state, 1, AttributeSets.Tag(Names.Attributes.ErrorType, errorType.Name()))]
        : [];

    private static IEnumerable<Measurement<double>> Objective(CheckState state) =>
        state.Plan.Objective is { } objective ? One(state, objective) : [];

    private static IEnumerable<Measurement<long>> Executions(CheckState state, CounterBaseline baseline)
    {
        foreach (var ending in state.Executions.Endings)
        {
            var count = ending.Count - baseline.Executions(state, ending);
            var outcome = AttributeSets.Tag(Names.Attributes.Outcome, ending.Result.Name());
            yield return ending.ErrorType is { } errorType
                ? Measure(state, count, AttributeSets.Tag(Names.Attributes.ErrorType, errorType.Name()), outcome)
                : Measure(state, count, outcome);
        }
    }

    private static IEnumerable<Measurement<double>> LastCompleted(CheckState state) =>
        state.Last is { } last ? One(state, Seconds(last.CompletedAt)) : [];

    private static IEnumerable<Measurement<double>> Values(CheckState state)
    {
        foreach (var observation in state.Last?.Verdict.Observations ?? [])
        {
            if (observation.IsValue && Number(observation.Value) is { } number)
            {
                yield return Measure(state, number, AttributeSets.Tag(Names.Attributes.ValueName, observation.Name));
            }
        }
    }

    private static IEnumerable<Measurement<double>> Phases(CheckState state)
    {
        foreach (var observation in state.Last?.Verdict.Observations ?? [])
        {
            if (observation.Meaning == ObservationMeaning.Phase && Number(observation.Value) is { } seconds)
            {
                yield return Measure(state, seconds, AttributeSets.Tag(Names.Attributes.Phase, observation.Name));
            }
        }
    }

    private static IEnumerable<Measurement<double>> Steps(CheckState state)
    {
        foreach (var step in state.Last?.Verdict.Steps ?? [])
        {
            if (step.Outcome != StepOutcome.Skipped)
            {
                yield return Measure(state, step.Duration.TotalSeconds, AttributeSets.Tag(Names.Attributes.Step, step.Name));
            }
        }
    }

    private static IEnumerable<Measurement<int>> StepErrors(CheckState state)
    {
        foreach (var step in state is { SuppressedBy: null, Last: { } last } ? last.Verdict.Steps : [])
        {
            if (step.ErrorType is { } errorType)
            {
                yield return Measure(state, 1, AttributeSets.Tag(Names.Attributes.ErrorType, errorType.Name()),
                    AttributeSets.Tag(Names.Attributes.Step, step.Name));
            }
        }
    }

    private static IEnumerable<Measurement<double>> CertificateNotAfter(CheckState state)
    {
        foreach (var observation in state.Last?.Verdict.Observations ?? [])
        {
            if (observation.Meaning == ObservationMeaning.CertificateEnd)
            {
                yield return Measure(state, Seconds((DateTimeOffset)observation.Value));
            }
        }
    }

    private static double? Number(object value) => value is TimeSpan duration ? duration.TotalSeconds : ValueText.Number(value);

    private IEnumerable<Measurement<int>> RollUps()
    {
        var alive = pulse.IsAlive ? CheckStatus.Healthy : CheckStatus.Unhealthy;
        return store.Current.RollUps.Select(rollUp => (rollUp.Name, rollUp.Status)).Prepend(("livez", alive))
            .SelectMany(pair => States(pair.Item2, [new(Names.Attributes.RollUp, pair.Item1)]));
    }

    private static IEnumerable<Measurement<int>> States(CheckStatus current, KeyValuePair<string, object?>[] attributes) =>
        StatusNames.All.Select(status =>
            AttributeSets.Measure(status == current ? 1 : 0, attributes, AttributeSets.Tag(Names.Attributes.State, status.Name())));

    private static IEnumerable<Measurement<T>> One<T>(CheckState state, T value) where T : struct => [Measure(state, value)];

    private static Measurement<T> Measure<T>(
        CheckState state, T value, params ReadOnlySpan<KeyValuePair<string, object?>> more) where T : struct =>
        AttributeSets.Measure(value, state.Plan.Attributes, more);

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000d;
}
