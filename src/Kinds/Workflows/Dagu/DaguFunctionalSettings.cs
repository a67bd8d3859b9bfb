using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds.Workflows.Dagu.Canaries;
using HealthAgent.Kinds.Workflows.Dagu.Schedules;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The settings of kind <c>dagu</c> that tier functional has: whether workflows run.</summary>
/// <param name="Canary">The DAG that is run; null if none is.</param>
/// <param name="Schedules">The schedules that are watched; null if none are.</param>
internal sealed record DaguFunctionalSettings(CanarySettings? Canary, ScheduleSettings? Schedules)
{
    /// <summary>What may be written.</summary>
    public static readonly IReadOnlyList<Setting> All = [CanarySettings.Canary, ScheduleSettings.Schedules];

    /// <summary>The tier of a check that names none.</summary>
    public static Tier? DefaultTierOf(SettingsReader settings) => All.Any(settings.Has) ? Tier.Functional : null;

    /// <summary>Reads what the operator wrote.</summary>
    public static DaguFunctionalSettings Read(PlanContext context)
    {
        var settings = context.Settings;
        if (context.Tier == Tier.Functional && !All.Any(settings.Has))
        {
            settings.Reject(
                CheckSettings.Tier, "at tier functional, write what is to be seen working: canary: NAME of a DAG, schedules: watch, or both");
        }

        foreach (var setting in All.Where(setting => context.Tier != Tier.Functional && settings.Has(setting)))
        {
            settings.Reject(setting, $"at tier {context.Tier.Name()} no workflow is looked at; write tier: functional, or no tier");
        }

        return new DaguFunctionalSettings(CanarySettings.Read(context), settings.Get(ScheduleSettings.Schedules));
    }
}
