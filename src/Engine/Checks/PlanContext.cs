using HealthAgent.Settings;

namespace HealthAgent.Checks;

/// <summary>What a kind is given of one check when it is planned.</summary>
/// <param name="Name">The check's name.</param>
/// <param name="Tier">The layer that it looks at.</param>
/// <param name="Interval">The time between starts.</param>
/// <param name="Timeout">The deadline of one run.</param>
/// <param name="Conditions">What is asked of the values that it observes; one that costs something is observed only then.</param>
/// <param name="Settings">What is written for it; the kind reads what it declares.</param>
internal sealed record PlanContext(
    string Name, Tier Tier, TimeSpan Interval, TimeSpan Timeout, Conditions Conditions, SettingsReader Settings);
