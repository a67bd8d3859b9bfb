using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Publishers;

/// <summary>Converts the snapshot to the framework's report, for <see cref="IHealthCheckPublisher"/>s.</summary>
internal static class HealthReports
{
    /// <summary>
    /// Reports on the selected checks under their registered names. As in the framework, an entry's status is its contribution to the
    /// whole,
    /// and the worst of them is the report's: unhealthy with impact degrading is degraded, a check in maintenance is healthy; the check's
    /// own
    /// status is in the data. The framework has no unknown; it counts as unhealthy, since it cannot be relied upon.
    /// </summary>
    public static HealthReport Of(Snapshot snapshot, Func<HealthCheckRegistration, bool>? predicate)
    {
        // As in the framework, names ignore case.
        var entries = new Dictionary<string, HealthReportEntry>(StringComparer.OrdinalIgnoreCase);
        var longest = TimeSpan.Zero;
        foreach (var state in snapshot.Checks)
        {
            var registration = state.Plan.Registered ?? state.Plan.Registration;
            if (predicate?.Invoke(registration) ?? true)
            {
                var duration = state.Last?.Duration ?? TimeSpan.Zero;
                longest = duration > longest ? duration : longest;
                entries[registration.Name] = new HealthReportEntry(
                    Status(state), state.Explain(), duration, exception: null, Data(state), registration.Tags);
            }
        }

        return new HealthReport(entries, longest);
    }

    /// <summary>Whether there is something to report on every check: a first verdict, or why there is none.</summary>
    public static bool IsSettled(Snapshot snapshot) => snapshot.Checks.All(state => state.HasVerdict);

    private static HealthStatus Status(CheckState state) => RollUp.ByImpact(state) switch
    {
        CheckStatus.Healthy => HealthStatus.Healthy,
        CheckStatus.Degraded => HealthStatus.Degraded,
        _ => HealthStatus.Unhealthy,
    };

    private static Dictionary<string, object> Data(CheckState state)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var observation in state.Last?.Verdict.Observations ?? [])
        {
            data[observation.Name] = observation.Value;
        }

        data[Names.Attributes.State] = state.Status.Name();
        if (state.Last?.ErrorType is { } errorType)
        {
            data[Names.Attributes.ErrorType] = errorType.Name();
        }

        if (state.Maintenance is { } window)
        {
            data[Names.Metrics.Maintenance] = window;
        }

        return data;
    }
}
