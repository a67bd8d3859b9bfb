using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Plans of jobs that send heartbeats.</summary>
internal static class Jobs
{
    public static CheckPlan Job(params string[] lines) => Rename(Configured.Plan(["kind: heartbeat", .. lines]));

    // The text of a configuration in tests names its only check so.
    private static CheckPlan Rename(CheckPlan plan) => plan with
    {
        Registration = new(
            "job", plan.Registration.Factory, null, null, plan.Registration.Timeout) { Period = plan.Registration.Period },
    };
}
