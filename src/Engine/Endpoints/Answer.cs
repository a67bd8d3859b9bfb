using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HealthAgent.Endpoints;

/// <summary>An answer, ready to be sent any number of times.</summary>
internal sealed record Answer(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>What all answers say to caches: health is of this moment.</summary>
    public const string NeverStored = "no-store";

    /// <summary>The coding of <see cref="IsGzip"/>.</summary>
    public const string Gzip = "gzip";

    /// <summary>The content type of a text.</summary>
    public const string PlainText = "text/plain; charset=utf-8";

    /// <summary>By snapshot version, form and role, and by the agent's start, since versions begin again with it.</summary>
    public string? ETag { get; init; }

    /// <summary>Whether the form was chosen by <c>Accept</c>.</summary>
    public bool IsNegotiated { get; init; }

    /// <summary>Whether the body is held compressed; callers that do not accept gzip are sent what it decompresses to.</summary>
    public bool IsGzip { get; init; }

    /// <summary>Further headers.</summary>
    public ImmutableArray<KeyValuePair<string, StringValues>> Headers { get; init; } = [];

    /// <summary>A text.</summary>
    public static Answer Text(bool isUp, string text) => new(CodeOf(isUp), PlainText, Encoding.UTF8.GetBytes(text));

    /// <summary>200 when up, 503 when not.</summary>
    public static int CodeOf(bool isUp) => isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    /// <summary>Sends it.</summary>
    public Task SendAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = ETag;
        if (IsNegotiated)
        {
            response.Headers.Vary = StringValues.Concat(response.Headers.Vary, HeaderNames.Accept);
        }

        if (StatusCode == StatusCodes.Status200OK && ETag is not null && IsKnown(request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.StatusCode = StatusCode;
        response.ContentType = ContentType;
        var isDecompressed = IsGzip && !AcceptsGzip(request);
        // The last four bytes of gzip are the length of what was compressed.
        response.ContentLength = isDecompressed ? BinaryPrimitives.ReadUInt32LittleEndian(Body.Span[^sizeof(uint)..]) : Body.Length;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (IsGzip && !isDecompressed)
        {
            response.Headers.ContentEncoding = Gzip;
        }

        if (HttpMethods.IsHead(request.Method))
        {
            return Task.CompletedTask;
        }

        // Without the request's token: the first to ask for it lets Kestrel allocate it, and writing to a closed connection ends anyway.
        return Body.Length <= Transfers.Part && !isDecompressed
            ? response.Body.WriteAsync(Body, CancellationToken.None).AsTask()
            : context.RequestServices.GetRequiredService<Transfers>().SendAsync(context, this, isDecompressed);
    }

    private static bool AcceptsGzip(HttpRequest request) => request.Headers.AcceptEncoding.Count > 0
        && request.GetTypedHeaders().AcceptEncoding.Any(
            static coding => coding.Quality is not 0 && coding.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the caller has this answer already, by any of the tags that it sends.</summary>
    private bool IsKnown(HttpRequest request) => request.Headers.IfNoneMatch.Count > 0 && IsAmongTags(request);

    // By itself, since the closure is allocated where it begins.
    private bool IsAmongTags(HttpRequest request)
    {
        var mine = EntityTagHeaderValue.Parse(ETag);
        return request.GetTypedHeaders().IfNoneMatch.Any(
            tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(mine, useStrongComparison: false));
    }
}
