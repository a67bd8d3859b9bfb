using Grpc.Core;
using HealthAgent.Kinds.Network.Grpc.V1;

namespace HealthAgent.Kinds.Network.Grpc;

/// <summary>What a gRPC call ends with, in words and types.</summary>
internal static class GrpcStatus
{
    /// <summary>The name of a status code, such as <c>NOT_FOUND</c>.</summary>
    /// <remarks>Rule: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md.</remarks>
    public static string Name(this StatusCode code) => code switch
    {
        StatusCode.OK => "OK",
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Internal => "INTERNAL",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        _ => "UNKNOWN",
    };

    /// <summary>The status of a service, as it is observed.</summary>
    public static string Name(this HealthCheckResponse.Types.ServingStatus status) => status switch
    {
        HealthCheckResponse.Types.ServingStatus.Serving => "serving",
        HealthCheckResponse.Types.ServingStatus.NotServing => "not_serving",
        HealthCheckResponse.Types.ServingStatus.ServiceUnknown => "service_unknown",
        _ => "unknown",
    };

    /// <summary>The type of a call that the server ended like this.</summary>
    public static ErrorType ErrorTypeOf(StatusCode code) => code switch
    {
        StatusCode.DeadlineExceeded => ErrorType.Timeout,
        StatusCode.Unauthenticated => ErrorType.Authentication,
        StatusCode.PermissionDenied => ErrorType.Authorization,
        StatusCode.Unimplemented => ErrorType.Protocol,
        StatusCode.NotFound => ErrorType.NotFound,
        StatusCode.ResourceExhausted => ErrorType.ResourceExhausted,
        _ => ErrorType.UnexpectedStatus,
    };

    /// <summary>What a server says that ends a call, in words.</summary>
    public static string Describe(Status status, string service) =>
        $"the server answers {status.StatusCode.Name()}{Meaning(status.StatusCode, service)}{(status.Detail.Length > 0 ? $": {status.Detail}" : "")}";

    private static string Meaning(StatusCode code, string service) => code switch
    {
        StatusCode.Unimplemented => " (it has no grpc.health.v1.Health)",
        StatusCode.NotFound => $" (it knows no service '{service}')",
        _ => "",
    };
}
