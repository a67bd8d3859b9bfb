using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Agent.Telemetry.Metrics;

/// <summary>
/// How many series an instrument may have, by the configuration. OpenTelemetry allocates them in advance, 2,000 by default, and folds the
/// rest into one without saying so.
/// </summary>
internal sealed class CardinalityLimits(int checks, int rollUps, int numbers, int phases, int steps)
{
    /// <summary>
    /// Up to so many checks, each may have every outcome and type of error, however unlikely. Of more checks, each has a few of them on
    /// average: what all could have would take a hundred megabytes among ten thousand.
    /// </summary>
    public const int MostChecksWithAllErrors = 100;

    // What does not grow with the checks: failed exports by signal and type of error, and the one for what overflows.
    private const int Spare = 64;
    private const int SeriesPerRollUp = 4;
    private const string OfChecks = "health_check.";

    private static readonly int Errors = Enum.GetValues<ErrorType>().Length;

    /// <summary>The limits for a configuration.</summary>
    public static CardinalityLimits For(AgentPlan plan) => new(
        plan.Checks.Count,
        RollUpsOf(plan),
        plan.Checks.Sum(check => check.Kind.MostNumbers),
        plan.Checks.Sum(check => check.Kind.MostPhases + check.Steps.Sum(step => step.Kind.MostPhases)),
        plan.Checks.Sum(check => check.Steps.Count));

    /// <summary>The limit of an instrument.</summary>
    public int Of(string instrument) => Spare + instrument switch
    {
        Names.Metrics.RollUpStatus => rollUps * SeriesPerRollUp,
        Names.Metrics.Value => numbers,
        Names.Metrics.PhaseDuration => phases,
        Names.Metrics.StepDuration => steps,
        Names.Metrics.StepError => ByError(steps, onAverage: 2, atMost: Errors),
        Names.Metrics.Status => checks * StatusNames.All.Length,
        // A pass, a warn, and a fail of each type.
        Names.Metrics.Executions => ByError(checks, onAverage: 8, atMost: 2 + Errors),
        Names.Metrics.Duration => ByError(checks, onAverage: 4, atMost: 1 + Errors),
        Names.Metrics.Error => ByError(checks, onAverage: 4, atMost: Errors),
        _ => instrument.StartsWith(OfChecks, StringComparison.Ordinal) ? checks : 0,
    };

    private static int ByError(int count, int onAverage, int atMost) =>
        Math.Max(count * onAverage, Math.Min(count, MostChecksWithAllErrors) * atMost);

    private static int RollUpsOf(AgentPlan plan) => plan.Checks.Select(check => check.Group).Distinct(StringComparer.Ordinal).Count();
}
