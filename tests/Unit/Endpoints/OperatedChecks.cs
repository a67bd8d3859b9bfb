using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Checks that operators act on.</summary>
internal static class OperatedChecks
{
    public const string Acknowledge = "/health/checks/db/acknowledge";

    public static readonly CheckPlan[] TwoChecks = [Plans.Check("db", group: "orders", failureThreshold: 1), Plans.Check("api")];
}
