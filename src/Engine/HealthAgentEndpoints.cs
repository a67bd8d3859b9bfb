using HealthAgent.Endpoints;

namespace HealthAgent;

/// <summary>
/// The endpoints of the agent within the application's routing. Conventions such as <c>RequireHost</c> and <c>RequireAuthorization</c>
/// apply to all
/// of them, or to one of the parts.
/// </summary>
public sealed class HealthAgentEndpoints : IEndpointConventionBuilder
{
    private readonly RouteGroupBuilder _all;

    internal HealthAgentEndpoints(IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        _all = routes.MapGroup("");
        Finally(builder => options.Prefix = PrefixOf(builder) ?? options.Prefix);
        (Probes, Summaries, Details, Events, Actions) =
            (_all.MapGroup(""), _all.MapGroup(""), _all.MapGroup(""), _all.MapGroup(""), _all.MapGroup(""));
        ((RouteGroupBuilder)Probes).MapProbes(options);
        ((RouteGroupBuilder)Summaries).MapHealth(options);
        ((RouteGroupBuilder)Details).MapDetails(options);
        ((RouteGroupBuilder)Events).MapEvents(options);
        ((RouteGroupBuilder)Actions).MapReload(options);
        ((RouteGroupBuilder)Actions).MapRuns(options);
        ((RouteGroupBuilder)Actions).MapHeartbeats(options);
        var operating = routes.ServiceProvider.GetRequiredService<Operating>();
        operating.MapDetails((RouteGroupBuilder)Details, options);
        operating.MapActions((RouteGroupBuilder)Actions, options);
    }

    /// <summary><c>/livez</c>, <c>/readyz</c>, <c>/readyz/{name}</c>, <c>/startupz</c>.</summary>
    public IEndpointConventionBuilder Probes { get; }

    /// <summary><c>/health</c> and <c>/api/v1/health</c>.</summary>
    public IEndpointConventionBuilder Summaries { get; }

    /// <summary>
    /// <c>/health/checks</c>, <c>/health/checks/{name}</c>, <c>/health/groups/{name}</c>, <c>/health/tiers/{name}</c>; and <c>GET</c> of
    /// <c>/maintenance</c> and <c>/silences</c>.
    /// </summary>
    public IEndpointConventionBuilder Details { get; }

    /// <summary><c>/events</c>: transitions as server-sent events, for callers who see details.</summary>
    public IEndpointConventionBuilder Events { get; }

    /// <summary>
    /// <c>POST /health/checks/{name}/run</c>, <c>POST /health/run</c>, <c>PUT /heartbeats/{name}</c>,
    /// <c>/health/checks/{name}/acknowledge</c>, <c>POST /maintenance</c>, <c>DELETE /maintenance/{id}</c> and the same for
    /// <c>/silences</c>, and <c>POST /reload</c> where there is a configuration file or a source.
    /// </summary>
    public IEndpointConventionBuilder Actions { get; }

    /// <inheritdoc />
    public void Add(Action<EndpointBuilder> convention) => ((IEndpointConventionBuilder)_all).Add(convention);

    /// <inheritdoc />
    public void Finally(Action<EndpointBuilder> finallyConvention) => ((IEndpointConventionBuilder)_all).Finally(finallyConvention);

    // The application may have mapped us below a path, which only a built endpoint knows.
    private static string? PrefixOf(EndpointBuilder builder) =>
        builder is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.EndsWith(Endpoints.Probes.Live, StringComparison.Ordinal)
            ? path[..^Endpoints.Probes.Live.Length]
            : null;
}
