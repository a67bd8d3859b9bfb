using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Scenarios;

/// <summary>The kind <c>scenario</c>: checks of other kinds as steps, one after the other, with one verdict.</summary>
internal static class ScenarioKind
{
    /// <summary>The name of the kind.</summary>
    public const string Name = "scenario";

    /// <summary>The steps.</summary>
    public static readonly Setting<IReadOnlyList<SettingsReader>> Steps = new(
        "steps", SettingShape.List(SettingShape.Mapping(StepSettings.All)),
        "checks of other kinds, run in this order until one fails; see [scenarios.md](scenarios.md)",
        static (settings, key) => settings.Sections(key))
    {
        IsRequired = true,
    };

    /// <summary>What is run afterwards.</summary>
    public static readonly Setting<IReadOnlyList<SettingsReader>> Cleanup = new(
        "cleanup", SettingShape.List(SettingShape.Mapping(StepSettings.All)),
        "steps that are run afterwards, whatever failed, within a quarter of the timeout that is reserved for them (10s at the most); one "
        + "that needs what was not captured is skipped, and one that fails is a warning",
        static (settings, key) => settings.Sections(key));

    /// <summary>The kind.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = Name,
        Description = "A function works from end to end: several checks as steps, of which later ones use what earlier ones captured.",
        DefaultTier = Tier.Functional,
        CanBeStep = false,
        Example = """
            steps:
              - { name: login, kind: http, url: "https://shop.internal/api/login", method: POST, capture: { token: json $.token } }
              - { name: cart, kind: http, url: "https://shop.internal/api/cart", token: "${steps.login.token}" }
            """,
        Settings = [Steps, Cleanup],
        Plan = static context =>
        {
            var scenario = new ScenarioPlanner(context).Plan();
            IReadOnlyList<ScenarioStep> all = [.. scenario.Steps, .. scenario.Cleanup];
            return new PlannedCheck(
                _ => new ScenarioCheck(scenario),
                all.Select(static step => step.Plan.Host).FirstOrDefault(static host => host is not null))
            {
                CleanupTime = ScenarioTime.Of(context.Timeout, scenario.Cleanup.Count).Cleanup,
                Steps = [.. all.Select(static step => new StepOutline(step.Name, step.Kind))],
            };
        },
    };
}
