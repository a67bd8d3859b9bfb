using System.Globalization;
using System.Net;
using HealthAgent.Checks;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>Why an attempt to export telemetry failed.</summary>
/// <param name="Type">The classification.</param>
/// <param name="Words">The reason, without text from the response body.</param>
/// <param name="IsTransient">Whether a retry may succeed.</param>
/// <param name="RetryAfter">When to retry, if the collector said so.</param>
/// <remarks>Rule: the OTLP specification, Failures, for HTTP and gRPC.</remarks>
internal sealed record ExportFailure(ErrorType Type, string Words, bool IsTransient, TimeSpan? RetryAfter = null)
{
    private const string GrpcStatus = "grpc-status", GrpcMedia = "application/grpc";

    private const int GrpcPort = 4317, HttpPort = 4318;

    // RFC 9113, section 7.
    private const long ProtocolError = 1, FrameSizeError = 6, Http11Required = 13;

    /// <summary>The failure expressed by a fully read response; null on success.</summary>
    public static ExportFailure? Of(HttpRequestMessage request, HttpResponseMessage response)
    {
        var (isGrpc, media) = (IsGrpc(request.Content), response.Content.Headers.ContentType?.MediaType);
        return response switch
        {
            { IsSuccessStatusCode: false, StatusCode: var code } => new(
                OfHttp(code),
                $"the collector returned {(int)code} {response.ReasonPhrase}"
                    + (IsOfAnotherProtocol(isGrpc, code, media) ? Hint(isGrpc) : ""),
                code is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                    or HttpStatusCode.GatewayTimeout,
                response.Headers.RetryAfter?.Delta),
            _ when IsGrpc(response.Content) => OfGrpc(GrpcCode(response)),
            _ when isGrpc => new(ErrorType.Protocol, $"the server does not speak gRPC{Hint(isGrpc)}", IsTransient: true),
            _ => null,
        };
    }

    /// <summary>The failure when there was no response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="exception">The exception.</param>
    /// <param name="words">Its description.</param>
    public static ExportFailure Of(HttpRequestMessage request, Exception exception, string words)
    {
        var (type, isGrpc) = (Failures.Classify(exception), IsGrpc(request.Content));
        // A server may close on an unknown protocol, but also when it stops: then the port decides.
        var isOther = IsOfAnotherProtocol(exception) || (isGrpc && IsUnfinishedHandshake(exception))
            || (type == ErrorType.ConnectionReset && request.RequestUri?.Port == (isGrpc ? HttpPort : GrpcPort));
        return new(type, isOther ? words.TrimEnd('.') + Hint(isGrpc) : words, IsTransient: true);
    }

    /// <summary>Whether the connection was closed before the server sent anything in HTTP/2.</summary>
    private static bool IsUnfinishedHandshake(Exception exception) =>
        Failures.SocketCause(exception) is null && Failures.Causes(exception).Any(static cause =>
            cause.GetType() == typeof(IOException)
                || cause is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: null });

    private static bool IsGrpc(HttpContent? content) =>
        content?.Headers.ContentType?.MediaType?.StartsWith(GrpcMedia, StringComparison.Ordinal) is true;

    private static string Hint(bool isGrpc) => isGrpc
        ? "; for OTLP over HTTP (port 4318), set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
        : "; for OTLP over gRPC (port 4317), set OTEL_EXPORTER_OTLP_PROTOCOL=grpc";

    /// <summary>A gRPC collector always returns HTTP 200, and an HTTP collector rejects data with an OTLP message.</summary>
    private static bool IsOfAnotherProtocol(bool isGrpc, HttpStatusCode code, string? media) => isGrpc
        ? code is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            or HttpStatusCode.UnsupportedMediaType
        : media is not ("application/x-protobuf" or "application/json")
            && code is HttpStatusCode.BadRequest or HttpStatusCode.HttpVersionNotSupported;

    /// <summary>Whether the server speaks another HTTP version or none: an invalid response, or a closed connection.</summary>
    private static bool IsOfAnotherProtocol(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException { ErrorCode: ProtocolError or Http11Required or FrameSizeError }
                or HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded
                    or HttpRequestError.VersionNegotiationError }
                or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The call's status in the trailers or, without a body, in the headers.</summary>
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
        null => new(ErrorType.Protocol, "the collector's response has no grpc-status", IsTransient: true),
        _ => Grpc(code.Value.ToString(CultureInfo.InvariantCulture), ErrorType.UnexpectedStatus),
    };

    private static ExportFailure Grpc(string code, ErrorType type, bool isTransient = false) =>
        new(type, $"the collector returned gRPC status {code}", isTransient);

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
