using Grpc.Core;
using HealthAgent.Endpoints;
using HealthAgent.History;
using HealthAgent.Kinds.Network.Grpc.V1;
using HealthAgent.State;
using static HealthAgent.Kinds.Network.Grpc.V1.HealthCheckResponse.Types;
using Health = HealthAgent.Kinds.Network.Grpc.V1.Health;

namespace HealthAgent.Agent.Grpc;

/// <summary><c>grpc.health.v1.Health</c>, answered from the snapshot like every other surface.</summary>
/// <remarks>Rule: https://github.com/grpc/grpc/blob/master/doc/health-checking.md, and the comments of its proto.</remarks>
internal sealed class GrpcHealth(
    StateStore store, Readiness readiness, HealthWatches watches, EventLog log, TimeProvider clock, IHostApplicationLifetime lifetime)
    : Health.HealthBase
{
    // As the protocol says.
    private const int MostListed = 100;

    private static readonly HealthCheckResponse[] Responses =
        [.. Enum.GetValues<ServingStatus>().Order().Select(status => new HealthCheckResponse { Status = status })];

    /// <inheritdoc />
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        StatusOf(ServiceOf(request, context)) is { } status
            ? Task.FromResult(Responses[(int)status])
            : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

    /// <inheritdoc />
    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var snapshot = store.Current;
        var response = new HealthListResponse();
        foreach (var service in HealthServices.All(snapshot, SeesDetails(context)))
        {
            if (response.Statuses.Count == MostListed)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"there are more than {MostListed} services"));
            }

            response.Statuses.Add(service, Responses[(int)HealthServices.StatusOf(service, snapshot, readiness.IsWithdrawn)!]);
        }

        return Task.FromResult(response);
    }

    /// <inheritdoc />
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var service = ServiceOf(request, context);
        var access = HealthServices.IsOpen(service) ? null : new StandingAccess(context.GetHttpContext(), OptionsOf(context), log, clock);
        using var watch = watches.TryOpen(service)
            ?? throw new RpcException(new Status(StatusCode.ResourceExhausted, $"there are {HealthWatches.Most} watches already"));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var connection = context.GetHttpContext().Features.Get<Connections.Held>();
        try
        {
            await foreach (var status in watch.ReadAllAsync(end.Token))
            {
                connection?.Use();
                if (access?.WhyEnded() is { } reason)
                {
                    throw new RpcException(new Status(StatusCode.Unauthenticated, reason));
                }

                await responseStream.WriteAsync(Responses[(int)status]);
            }
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the agent is stopping"));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException
            && context.CancellationToken.IsCancellationRequested)
        {
            // The caller is gone, or its deadline is over.
        }
    }

    private ServingStatus? StatusOf(string service) => HealthServices.StatusOf(service, store.Current, readiness.IsWithdrawn);

    private static string ServiceOf(HealthCheckRequest request, ServerCallContext context) =>
        HealthServices.For(request.Service, SeesDetails(context));

    private static bool SeesDetails(ServerCallContext context) => OptionsOf(context).ShowDetails(context.GetHttpContext());

    private static HealthAgentEndpointOptions OptionsOf(ServerCallContext context) =>
        context.GetHttpContext().GetEndpoint()!.Metadata.GetRequiredMetadata<HealthAgentEndpointOptions>();
}
