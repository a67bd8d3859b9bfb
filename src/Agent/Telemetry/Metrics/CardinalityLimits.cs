using HealthAgent.Planning;

namespace HealthAgent.Agent.Telemetry.Metrics;

/// <summary>
/// How many series an instrument may have, by the configuration. OpenTelemetry makes room for them in advance, for 2,000 by
/// default, and folds the rest into one without telling.
/// </summary>
internal sealed class CardinalityLimits(int checks, int rollUps, int numbers, int phases, int steps)
{
    // What is not by check: an outcome or two of the agent's own, and the one for what overflows.
    private const int Spare = 64;
    private const int SeriesPerRollUp = 4;

    // What is not named here has one series a check.
    private static readonly Dictionary<string, int> SeriesPerCheck = new(StringComparer.Ordinal)
    {
        [Names.Metrics.Status] = 4,
        [Names.Metrics.Executions] = 8,
        [Names.Metrics.Duration] = 4,
        [Names.Metrics.Error] = 4,
    };

    /// <summary>The room that a configuration needs.</summary>
    public static CardinalityLimits For(AgentPlan plan) => new(
        plan.Checks.Count,
        RollUpsOf(plan),
        plan.Checks.Sum(check => check.Kind.MostNumbers),
        plan.Checks.Sum(check => check.Kind.MostPhases + check.Steps.Sum(step => step.Kind.MostPhases)),
        plan.Checks.Sum(check => check.Steps.Count));

    /// <summary>The room of an instrument.</summary>
    public int Of(string instrument) => Spare + instrument switch
    {
        Names.Metrics.RollUpStatus => rollUps * SeriesPerRollUp,
        Names.Metrics.Value => numbers,
        Names.Metrics.PhaseDuration => phases,
        Names.Metrics.StepDuration => steps,
        _ => checks * SeriesPerCheck.GetValueOrDefault(instrument, 1),
    };

    private static int RollUpsOf(AgentPlan plan) => plan.Checks.Select(check => check.Group).Distinct(StringComparer.Ordinal).Count();
}
