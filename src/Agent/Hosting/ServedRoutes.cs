using System.Collections.Frozen;
using HealthAgent.Agent.Access;
using Microsoft.AspNetCore.Routing.Matching;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// Routes requests to what their listener serves, as if nothing else were mapped. It comes before methods are compared: 405 would show that
/// a route exists.
/// </summary>
internal sealed class ServedRoutes : MatcherPolicy, INodeBuilderPolicy
{
    /// <summary>Before the framework's own policies, of which the one for methods, at -1000, is the first.</summary>
    public override int Order => -2000;

    /// <inheritdoc />
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(static endpoint => ServedOn.Of(endpoint) != Surface.None);

    /// <summary>One edge per set of surfaces that a path has routes of, such as one to read and one to act.</summary>
    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints)
    {
        var sets = endpoints.Select(ServedOn.Of).Distinct().Aggregate(
            (IReadOnlyList<Surface>)[Surface.None], static (sets, surface) => [.. sets, .. sets.Select(set => set | surface)]);
        return
        [
            .. sets.Distinct().Select(set => new PolicyNodeEdge(
                set, [.. endpoints.Where(endpoint => set.HasFlag(ServedOn.Of(endpoint)))])),
        ];
    }

    /// <inheritdoc />
    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) =>
        new Table(edges.ToFrozenDictionary(static edge => (Surface)edge.State, static edge => edge.Destination));

    private sealed class Table(FrozenDictionary<Surface, int> edges) : PolicyJumpTable
    {
        private readonly Surface _all = edges.Keys.Aggregate(static (all, set) => all | set);

        public override int GetDestination(HttpContext httpContext) =>
            edges[(BoundListener.Of(httpContext)?.Written.Serve ?? Surface.All) & _all];
    }
}
