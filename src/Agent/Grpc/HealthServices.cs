using HealthAgent.State;
using static HealthAgent.Kinds.Network.Grpc.V1.HealthCheckResponse.Types;

namespace HealthAgent.Agent.Grpc;

/// <summary>
/// What gRPC's health protocol calls services: a check by its name, <c>group/NAME</c>, <c>tier/NAME</c>, and the empty name for the
/// readiness of the agent.
/// </summary>
internal static class HealthServices
{
    // No name has a slash at its end.
    private const string Nothing = "/";

    private static readonly HashSet<string> Open =
        TierNames.Tiers.Keys.Select(RollUpPlan.OfTier).Prepend("").ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// The service that a caller asks for. For one who sees no details, names that the configuration chose are names of nothing, whether
    /// they exist or not.
    /// </summary>
    public static string For(string service, bool details) => details || Open.Contains(service) ? service : Nothing;

    /// <summary>Whether the status of a service, or that there is none, is no detail.</summary>
    public static bool IsOpen(string service) => service == Nothing || Open.Contains(service);

    /// <summary>The status of a service; null where there is none of the name.</summary>
    /// <remarks>Rule: <c>UNKNOWN</c> is for a service that exists and has no status yet; readiness says yes or no, as its probe.</remarks>
    public static ServingStatus? StatusOf(string service, Snapshot snapshot, bool isStopping) => service switch
    {
        "" => !isStopping && snapshot.FindRollUp(RollUpPlan.Ready)!.Status.IsUp() ? ServingStatus.Serving : ServingStatus.NotServing,
        _ when service.Contains('/') => Of(snapshot.FindRollUp(service)?.Status),
        _ => Of(snapshot.Find(service)?.Status),
    };

    /// <summary>All services that a caller may ask for.</summary>
    public static IEnumerable<string> All(Snapshot snapshot, bool details) => !details
        ? Open
        : snapshot.RollUps.Select(rollUp => rollUp.Name).Where(name => name.Contains('/'))
            .Concat(snapshot.Checks.Select(state => state.Plan.Name))
            .Prepend("");

    private static ServingStatus? Of(CheckStatus? status) => status switch
    {
        null => null,
        CheckStatus.Healthy or CheckStatus.Degraded => ServingStatus.Serving,
        CheckStatus.Unknown => ServingStatus.Unknown,
        _ => ServingStatus.NotServing,
    };
}
