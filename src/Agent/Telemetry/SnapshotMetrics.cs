using System.Diagnostics.Metrics;
using HealthAgent.Checks;
using HealthAgent.Checks.Host;
using HealthAgent.Expectations;
using HealthAgent.State;

namespace HealthAgent.Telemetry;

/// <summary>
/// Metrics read from the snapshot when they are collected. Observable instruments only: a series of another kind would
/// outlive its check.
/// </summary>
internal sealed class SnapshotMetrics
{
    private readonly CountsBefore _before;
    private readonly SchedulerPulse _pulse;
    private readonly StateStore _store;

    private SnapshotMetrics(StateStore store, SchedulerPulse pulse) => (_store, _pulse, _before) = (store, pulse, new CountsBefore(store.Current));

    /// <summary>Creates the instruments on a meter, counting from now on.</summary>
    public static void CreateOn(Meter meter, IServiceProvider services) =>
        new SnapshotMetrics(services.GetRequiredService<StateStore>(), services.GetRequiredService<SchedulerPulse>()).CreateOn(meter);

    private void CreateOn(Meter meter)
    {
        meter.CreateObservableUpDownCounter(Names.Metrics.Status, () => Each(StatusOf),
            description: "Whether the check is in the state, 1 or 0, one series a state.");
        meter.CreateObservableGauge(Names.Metrics.Up, () => Each(Up), description: "1 healthy or degraded, 0 unhealthy; absent while unknown.");
        meter.CreateObservableCounter(Names.Metrics.Executions, () => Each(Executions), "{run}", "Runs by how they ended.");
        meter.CreateObservableCounter(Names.Metrics.Transitions, () => Each(s => One(s, s.Transitions - _before.Transitions(s))), "{transition}", "Changes of status.");
        meter.CreateObservableGauge(Names.Metrics.LastCompleted, () => Each(LastCompleted), "s", "When the latest run ended, in seconds since 1970.");
        meter.CreateObservableGauge(Names.Metrics.Interval, () => Each(s => One(s, s.Plan.Interval.TotalSeconds)), "s", "The time between starts.");
        meter.CreateObservableGauge(Names.Metrics.StatusSince, () => Each(s => One(s, Seconds(s.Since))), "s", "Since when the status is what it is, in seconds since 1970.");
        meter.CreateObservableGauge(Names.Metrics.Flapping, () => Each(s => One(s, s.IsFlapping ? 1 : 0)),
            description: "1 while outcomes change so often that changes of status are not told.");
        meter.CreateObservableGauge(Names.Metrics.Maintenance, () => Each(s => One(s, s.Maintenance is null ? 0 : 1)),
            description: "1 while a maintenance window is open for the check.");
        meter.CreateObservableGauge(Names.Metrics.Suppressed, () => Each(s => One(s, s.Cause is null ? 0 : 1)),
            description: "1 while the check is not run because one that it depends on is unhealthy.");
        meter.CreateObservableGauge(Names.Metrics.Value, () => Each(Values), description: "What the latest run observed, durations in seconds.");
        meter.CreateObservableGauge(Names.Metrics.CertificateNotAfter, () => Each(CertificateNotAfter), "s", "The end of the peer's certificate, in seconds since 1970.");
        meter.CreateObservableUpDownCounter(Names.Metrics.RollUpStatus, RollUps, description: "Whether the roll-up is in the state, 1 or 0, one series a state.");
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<CheckState, IEnumerable<Measurement<T>>> measure) where T : struct =>
        _store.Current.Checks.SelectMany(measure);

    private static IEnumerable<Measurement<int>> StatusOf(CheckState state) => States(state.Status, state.Plan.Attributes);

    private static IEnumerable<Measurement<int>> Up(CheckState state) =>
        state.Status == CheckStatus.Unknown ? [] : One(state, state.Status.IsUp() ? 1 : 0);

    private IEnumerable<Measurement<long>> Executions(CheckState state) =>
        state.Executions.Endings.Select(ending => ending.ErrorType is { } errorType
            ? Measure(state, ending.Count - _before.Executions(state, ending), new(Names.Attributes.Outcome, ending.Result.Name()), new(Names.Attributes.ErrorType, errorType.Name()))
            : Measure(state, ending.Count - _before.Executions(state, ending), new KeyValuePair<string, object?>(Names.Attributes.Outcome, ending.Result.Name())));

    private static IEnumerable<Measurement<double>> LastCompleted(CheckState state) =>
        state.Last is { } last ? One(state, Seconds(last.CompletedAt)) : [];

    private static IEnumerable<Measurement<double>> Values(CheckState state)
    {
        foreach (var (name, value) in state.Last?.Judgement.Evidence ?? [])
        {
            if (name != CheckKind.Latency.Name && ValueText.Number(value) is { } number)
            {
                yield return Measure(state, value is TimeSpan duration ? duration.TotalSeconds : number, new KeyValuePair<string, object?>(Names.Attributes.ValueName, name));
            }
        }
    }

    private static IEnumerable<Measurement<double>> CertificateNotAfter(CheckState state) =>
        state.Last?.Judgement.Evidence.Select(pair => pair.Value).OfType<DateTimeOffset>().Take(1).SelectMany(end => One(state, Seconds(end))) ?? [];

    private IEnumerable<Measurement<int>> RollUps()
    {
        var alive = _pulse.IsAlive ? CheckStatus.Healthy : CheckStatus.Unhealthy;
        return _store.Current.RollUps.Select(rollUp => (rollUp.Name, rollUp.Status)).Prepend(("livez", alive))
            .SelectMany(pair => States(pair.Item2, [new(Names.Attributes.RollUp, pair.Item1)]));
    }

    private static IEnumerable<Measurement<int>> States(CheckStatus current, IEnumerable<KeyValuePair<string, object?>> attributes) =>
        StatusNames.All.Select(status => new Measurement<int>(status == current ? 1 : 0, [.. attributes, new(Names.Attributes.State, status.Name())]));

    private static IEnumerable<Measurement<T>> One<T>(CheckState state, T value) where T : struct => [Measure(state, value)];

    private static Measurement<T> Measure<T>(CheckState state, T value, params ReadOnlySpan<KeyValuePair<string, object?>> more) where T : struct =>
        new(value, [.. state.Plan.Attributes, .. more]);

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000d;
}
