using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.Checks.Network;

/// <summary>The body of an answer: read up to a limit, decoded by its content codings and its charset.</summary>
/// <param name="response">The answer, of which nothing but the head was read.</param>
/// <param name="most">How much is read, in bytes after decoding: what unpacks without end is bounded too.</param>
/// <param name="kept">How much of that is kept; the rest is counted and dropped.</param>
internal sealed class HttpBody(HttpResponseMessage response, long most, long kept)
{
    private const int BufferSize = 8192;

    private readonly IReadOnlyList<string> _codings = ContentCoding.Of(response);
    private MemoryStream? _kept;
    private long _size;
    private long _transferSize;
    private bool _isWhole;

    /// <summary>The media type and the charset.</summary>
    public ContentType Type { get; } = ContentType.Of(response);

    /// <summary>Whether content codings were applied.</summary>
    public bool IsEncoded => _codings.Count > 0;

    /// <summary>Why the body cannot be decoded, if it cannot: then it has neither size nor text.</summary>
    public string? Problem { get; private set; }

    /// <summary>The size after decoding, as it is observed.</summary>
    public object Size => Observe((int)_size);

    /// <summary>The size on the wire, without the framing of chunks, as it is observed.</summary>
    public object TransferSize => Observe(_transferSize);

    private ReadOnlyMemory<byte> Kept => _kept is null ? default : _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    /// <summary>Reads it. What was read before a failure stays observable.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.Protocol"/>: it does not decompress.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (HasNone(response))
        {
            _isWhole = true;
            return;
        }

        if (most == 0)
        {
            _isWhole = response.Content.Headers.ContentLength == 0;
            return;
        }

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (IsEncoded)
        {
            await ReadEncodedAsync(new MeteredStream(stream), cancellationToken);
            return;
        }

        try
        {
            await CopyAsync(stream, cancellationToken);
        }
        finally
        {
            _transferSize = _size;
        }
    }

    /// <summary>The text as it is observed; null when it cannot be decoded.</summary>
    public object? Text()
    {
        if (Problem is not null || Charset.Of(Type.Charset, Kept.Span) is not { } encoding)
        {
            return null;
        }

        var isWhole = _isWhole && Kept.Length == _size;
        var text = Charset.Decode(Kept, encoding, isWhole);
        return isWhole ? text : new Partial(text);
    }

    /// <summary>The body as JSON, from whatever charset.</summary>
    /// <param name="limit">What it may not be longer than, for the reason.</param>
    /// <exception cref="CheckFailedException">It is not JSON, was cut, or cannot be decoded; the reason says which.</exception>
    public JsonElement Json(string limit)
    {
        if (Problem is not null)
        {
            throw new CheckFailedException(ErrorType.Protocol, Problem);
        }

        if (!_isWhole)
        {
            throw new CheckFailedException(ErrorType.ResourceExhausted, $"the body is longer than {limit}");
        }

        if (Charset.Of(Type.Charset, Kept.Span) is not { } encoding)
        {
            throw UnknownCharset();
        }

        try
        {
            using var document = encoding is UTF8Encoding
                ? JsonDocument.Parse(Charset.WithoutMark(Kept, encoding))
                : JsonDocument.Parse(Charset.Decode(Kept, encoding, isWhole: true));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            var (what, type) = (_size == 0 ? "empty" : "not JSON", Type.MediaType.Length > 0 ? Type.MediaType : "no content type");
            throw new CheckFailedException(ErrorType.Protocol, $"the body is {what} ({type}, status {(int)response.StatusCode})", inner: e);
        }
    }

    /// <summary>The fail of a check that needs the text of a body in an unknown charset.</summary>
    public CheckFailedException UnknownCharset() => new(ErrorType.Protocol, $"the body's charset '{Type.Charset}' is unknown");

    // Whatever their headers say (RFC 9112, 6.3). After 101 another protocol is spoken.
    private static bool HasNone(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.SwitchingProtocols or HttpStatusCode.NoContent or HttpStatusCode.NotModified
        || response.RequestMessage?.Method == HttpMethod.Head;

    private object Observe(object bytes) => _isWhole ? bytes : new Partial(bytes);

    private async Task ReadEncodedAsync(MeteredStream wire, CancellationToken cancellationToken)
    {
        Problem = ContentCoding.Problem(_codings);
        try
        {
            // One that is empty needs no decoding: many servers keep the header where they send nothing.
            var isEmpty = (await wire.PeekAsync(cancellationToken)).IsEmpty;
            await using var decoded =
                isEmpty || Problem is not null ? wire : await ContentCoding.DecodeAsync(wire, _codings, cancellationToken);
            await CopyAsync(decoded, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && !wire.HasFailed)
        {
            throw new CheckFailedException(ErrorType.Protocol, $"the body does not decompress as {string.Join(", ", _codings)}", inner: e);
        }
        finally
        {
            _transferSize = wire.Count;
        }
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                // Only what comes after the limit shows that there is more.
                var taken = (int)Math.Min(read, most - _size);
                Keep(buffer.AsSpan(0, taken));
                _size += taken;
                if (taken < read)
                {
                    return;
                }
            }

            _isWhole = true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = kept - (_kept?.Length ?? 0);
        if (room > 0)
        {
            (_kept ??= new MemoryStream()).Write(bytes[..(int)Math.Min(room, bytes.Length)]);
        }
    }
}
