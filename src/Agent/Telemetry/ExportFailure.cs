using System.Globalization;
using System.Net;

namespace HealthAgent.Telemetry;

/// <summary>Why an attempt to send telemetry failed.</summary>
/// <param name="Type">Why, of the closed list.</param>
/// <param name="Words">Why, in words, without what the answer's body says.</param>
/// <param name="IsTransient">Whether another attempt may get through.</param>
/// <param name="RetryAfter">When to try again, if the collector said so.</param>
/// <remarks>Rule: the OTLP specification, Failures, for HTTP and for gRPC.</remarks>
internal sealed record ExportFailure(ErrorType Type, string Words, bool IsTransient, TimeSpan? RetryAfter = null)
{
    private const string GrpcStatus = "grpc-status";

    /// <summary>What an answer, read to its end, says; null when it says that all is well.</summary>
    public static ExportFailure? Of(HttpResponseMessage response) => response switch
    {
        { IsSuccessStatusCode: false, StatusCode: var code } => new(
            OfHttp(code),
            $"the collector answers {(int)code} {response.ReasonPhrase}",
            code is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
            response.Headers.RetryAfter?.Delta),
        { Content.Headers.ContentType.MediaType: "application/grpc" } => OfGrpc(GrpcCode(response)),
        _ => null,
    };

    /// <summary>The status of a call stands behind the answer's body, or where there is none among its headers.</summary>
    private static int? GrpcCode(HttpResponseMessage response) =>
        (response.TrailingHeaders.TryGetValues(GrpcStatus, out var values) || response.Headers.TryGetValues(GrpcStatus, out values))
        && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;

    private static ExportFailure? OfGrpc(int? code) => code switch
    {
        0 => null,
        1 => Grpc("CANCELLED", ErrorType.ConnectionReset, isTransient: true),
        4 => Grpc("DEADLINE_EXCEEDED", ErrorType.Timeout, isTransient: true),
        7 => Grpc("PERMISSION_DENIED", ErrorType.Authorization),
        8 => Grpc("RESOURCE_EXHAUSTED", ErrorType.ResourceExhausted),
        10 => Grpc("ABORTED", ErrorType.ConnectionReset, isTransient: true),
        11 => Grpc("OUT_OF_RANGE", ErrorType.UnexpectedStatus, isTransient: true),
        12 => Grpc("UNIMPLEMENTED", ErrorType.Protocol),
        14 => Grpc("UNAVAILABLE", ErrorType.ConnectionFailed, isTransient: true),
        15 => Grpc("DATA_LOSS", ErrorType.UnexpectedStatus, isTransient: true),
        16 => Grpc("UNAUTHENTICATED", ErrorType.Authentication),
        null => new(ErrorType.Protocol, "the collector's answer has no grpc-status", IsTransient: true),
        _ => Grpc(code.Value.ToString(CultureInfo.InvariantCulture), ErrorType.UnexpectedStatus),
    };

    private static ExportFailure Grpc(string code, ErrorType type, bool isTransient = false) => new(type, $"the collector answers with gRPC status {code}", isTransient);

    private static ErrorType OfHttp(HttpStatusCode code) => code switch
    {
        HttpStatusCode.Unauthorized => ErrorType.Authentication,
        HttpStatusCode.Forbidden => ErrorType.Authorization,
        HttpStatusCode.NotFound => ErrorType.NotFound,
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestEntityTooLarge => ErrorType.ResourceExhausted,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => ErrorType.Timeout,
        _ => ErrorType.UnexpectedStatus,
    };
}
