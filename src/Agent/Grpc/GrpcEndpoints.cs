namespace HealthAgent.Agent.Grpc;

/// <summary>gRPC health on the listeners of the program.</summary>
internal static class GrpcEndpoints
{
    // A request is the name of a service, of at most 134 characters. Decompression makes a thousand times of it at the most.
    private const int LargestRequest = 512;

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

        // It logs what callers send wrongly as an error of the agent.
        builder.Logging.AddFilter("Grpc", LogLevel.None);
    }

    /// <summary>Maps Check, List and Watch.</summary>
    /// <param name="routes">Where to map them.</param>
    /// <param name="options">Who sees details.</param>
    public static IEndpointConventionBuilder MapGrpcHealth(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options) =>
        // Without the preflights of browsers, which gRPC would answer by itself: nothing here is for pages of other sites.
        routes.MapGrpcService<GrpcHealth>().WithMetadata(options, new HttpMethodMetadata([HttpMethods.Post]));
}
