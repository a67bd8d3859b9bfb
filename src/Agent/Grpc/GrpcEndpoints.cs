namespace HealthAgent.Agent.Grpc;

/// <summary>gRPC health on the listeners of the program.</summary>
internal static class GrpcEndpoints
{
    // A request is the name of a service. This is also the limit of what is decompressed at once, by a factor of a thousand.
    private const int LargestRequest = 4 * 1024;

    /// <summary>Adds what <see cref="MapGrpcHealth"/> needs.</summary>
    public static void AddGrpcHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HealthWatches>();
        builder.Services.AddSingleton<GrpcHealth>();
        builder.Services.AddGrpc(static grpc =>
        {
            grpc.MaxReceiveMessageSize = LargestRequest;

            // Others are 404 like every path that is not served, which clients take for UNIMPLEMENTED.
            grpc.IgnoreUnknownServices = true;
        });

        // It logs each call that fails, whoever is to blame.
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
    }

    /// <summary>Maps Check, List and Watch.</summary>
    /// <param name="routes">Where to map them.</param>
    /// <param name="configure">Chooses who sees details, as for <c>MapHealthAgent</c>.</param>
    public static IEndpointConventionBuilder MapGrpcHealth(this IEndpointRouteBuilder routes, Action<HealthAgentEndpointOptions> configure)
    {
        var options = new HealthAgentEndpointOptions();
        configure(options);
        return routes.MapGrpcService<GrpcHealth>().WithMetadata(options);
    }
}
