using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The settings of kind <c>dagu</c> that tier functional has: whether workflows run.</summary>
internal sealed record DaguFunctionalSettings
{
    /// <summary>What may be written.</summary>
    public static readonly IReadOnlyList<Setting> All = [];

    /// <summary>Reads what the operator wrote.</summary>
    public static DaguFunctionalSettings Read(PlanContext context)
    {
        if (context.Tier == Tier.Functional)
        {
            context.Settings.Reject(
                CheckSettings.Tier,
                "this kind looks at Dagu itself (liveness) and at its scheduler and queues (dependency); it runs no workflow");
        }

        return new DaguFunctionalSettings();
    }
}
