using Grpc.Core;
using Grpc.Net.Client;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Grpc.V1;
using HealthAgent.Kinds.Network.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network.Grpc;

/// <summary>Asks a gRPC server for its health, on a new connection.</summary>
internal sealed class GrpcCheck(GrpcSettings settings, TimeProvider clock) : IHealthCheck
{
    private const string Status = "status", Code = "code", Call = "call";

    // An answer is a few bytes.
    private const int LargestAnswer = 64 * 1024;

    /// <summary>The kind <c>grpc</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "grpc",
        Description = "A gRPC server says by `grpc.health.v1` that it, or one of its services, is serving.",
        DefaultTier = Tier.Dependency,
        Example = "address: orders.internal:9090\nservice: orders.v1.Orders",
        Values =
        [
            new(Status, ObservedType.Text, "what the server says of the service: `serving`, `not_serving`, `unknown` or `service_unknown`")
            {
                Miss = ErrorType.UnexpectedStatus,
            },
            new(Code, ObservedType.Text, "the status code of the call, such as `OK` or `UNAVAILABLE`; a call that is not OK fails"),
            .. ConnectionTrace.Phases,
            new(Call, ObservedType.Duration, "from the request sent to the answer") { IsPhase = true },
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        DefaultExpect = [$"{Status} == serving"],
        Settings = GrpcSettings.All,
        Target = GrpcSettings.Address,
        Plan = static context =>
        {
            var grpc = GrpcSettings.Read(context);
            return new PlannedCheck(services => new GrpcCheck(grpc, services.GetRequiredService<TimeProvider>()), grpc.Server.IdnHost);
        },
    };

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var connections = new HttpConnections(settings.Connection, clock);
        var trace = connections.Trace;
        try
        {
            using var requests = new GrpcRequests(connections, settings.SentHeaders, context.Registration.Timeout);
            using var channel = GrpcChannel.ForAddress(settings.Server, new GrpcChannelOptions
            {
                HttpHandler = requests,
                MaxReceiveMessageSize = LargestAnswer,
                ThrowOperationCanceledOnCancellation = true,
            });
            var response = await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest { Service = settings.ServiceName }, cancellationToken: cancellationToken);
            trace.End(Call);
            trace.Observed[Code] = StatusCode.OK.Name();
            trace.Observed[Status] = response.Status.Name();
            return HealthCheckResult.Healthy(data: trace.Observed);
        }
        catch (RpcException e) when (e.Status.DebugException is null)
        {
            trace.End(Call);
            trace.Observed[Code] = e.StatusCode.Name();
            throw new CheckFailedException(
                GrpcStatus.ErrorTypeOf(e.StatusCode), GrpcStatus.Describe(e.Status, settings.ServiceName), trace.Observed, e);
        }
        catch (Exception e)
        {
            throw Failed((e as RpcException)?.Status.DebugException ?? e, connections);
        }
    }

    private CheckFailedException Failed(Exception cause, HttpConnections connections)
    {
        // Frames of HTTP/2 begin with their length, and the first ones are short.
        var isPlain = settings.Server.Scheme == Uri.UriSchemeHttp;
        if (isPlain && connections.Trace is { ForeignProtocol: null, FirstByte: not (null or 0 or TlsErrors.AlertRecord) }
            && cause is not OperationCanceledException)
        {
            return connections.Failed(new CheckFailedException(ErrorType.Protocol, "the server does not speak HTTP/2 on this port"));
        }

        // To HTTP, a body that ends too early is a broken response; a call has no response before its message is complete.
        var isCut = Failures.Causes(cause).Any(static one => one is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded });
        return connections.Failed(isCut ? new EndOfStreamException(cause.Message, cause) : cause);
    }
}
