using System.Buffers;
using System.Net;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Memory;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>The body of a response, read up to a limit and decoded by content codings and charset.</summary>
/// <param name="response">The response, of which only the headers have been read.</param>
/// <param name="use">How much is read, and for what.</param>
/// <param name="run">The run, which holds the memory.</param>
internal sealed partial class HttpBody(HttpResponseMessage response, BodyUse use, RunMemory run) : IDisposable
{
    private readonly IReadOnlyList<string> _codings = ContentCoding.Of(response);
    private readonly BodyBytes _kept = new(run);
    private long _size;
    private long _transferSize;
    private bool _isWhole;

    /// <summary>The media type and the charset.</summary>
    public ContentType Type { get; } = ContentType.Of(response);

    /// <summary>Whether there are content codings.</summary>
    public bool IsEncoded => _codings.Count > 0;

    /// <summary>Why the body cannot be decoded; null if it can. Without decoding there is neither size nor text.</summary>
    public string? Problem { get; private set; }

    /// <summary>The decoded size, as an observed value.</summary>
    public object Size => Observe((int)_size);

    /// <summary>The size on the wire without chunk framing, as an observed value.</summary>
    public object TransferSize => Observe(_transferSize);

    /// <summary>Reads the body. What was read before a failure remains available.</summary>
    /// <exception cref="CheckFailedException">
    /// <see cref="ErrorType.Protocol"/>: decompression failed. <see cref="ErrorType.ResourceExhausted"/>: no memory available.
    /// </exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (HasNone(response))
        {
            _isWhole = true;
            return;
        }

        if (use.Most == 0)
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

    /// <summary>The text, as an observed value; null if it cannot be decoded. On cancellation, only the part decoded so far.</summary>
    public object? Text(CancellationToken cancellationToken)
    {
        if (Problem is not null || Charset.Of(Type.Charset, _kept.Bytes.Span) is not { } encoding)
        {
            return null;
        }

        var isWhole = _isWhole && _kept.Length == _size;
        object text;
        if (!_kept.IsReserved)
        {
            text = Charset.Decode(_kept.Bytes, encoding, isWhole);
        }
        else
        {
            var characters = run.Hold(new NativeBuffer<char>(_kept.Length + 1));
            isWhole &= Charset.Decode(_kept.Bytes, encoding, isWhole, (piece, _) => characters.Append(piece), cancellationToken);
            text = new LongText(characters.Written);
        }

        return isWhole ? text : new Partial(text);
    }

    /// <summary>The body as JSON, in any charset. Call once, after <see cref="Text"/>.</summary>
    /// <param name="limit">The size limit, for the error message.</param>
    /// <param name="cancellationToken">Cancelled at the deadline.</param>
    /// <exception cref="CheckFailedException">The body is not JSON, was truncated, or cannot be decoded.</exception>
    public async ValueTask<JsonElement> JsonAsync(string limit, CancellationToken cancellationToken)
    {
        if (Problem is not null)
        {
            throw new CheckFailedException(ErrorType.Protocol, Problem);
        }

        if (!_isWhole)
        {
            throw new CheckFailedException(ErrorType.ResourceExhausted, $"the body exceeds {limit}");
        }

        if (Charset.Of(Type.Charset, _kept.Bytes.Span) is not { } encoding)
        {
            throw UnknownCharset();
        }

        try
        {
            return await _kept.JsonAsync(encoding, use.Json, cancellationToken);
        }
        catch (JsonException e)
        {
            var (what, type) = (_size == 0 ? "empty" : "not JSON", Type.MediaType.Length > 0 ? Type.MediaType : "no content type");
            throw new CheckFailedException(ErrorType.Protocol, $"the body is {what} ({type}, status {(int)response.StatusCode})", inner: e);
        }
    }

    /// <summary>The failure when text in an unknown charset is required.</summary>
    public CheckFailedException UnknownCharset() => new(ErrorType.Protocol, $"the body's charset '{Type.Charset}' is unknown");

    /// <inheritdoc />
    public void Dispose() => _kept.Dispose();

    // Regardless of headers (RFC 9112, 6.3). After 101 another protocol is spoken.
    private static bool HasNone(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.SwitchingProtocols or HttpStatusCode.NoContent or HttpStatusCode.NotModified
        || response.RequestMessage?.Method == HttpMethod.Head;

    private object Observe(object bytes) => _isWhole ? bytes : new Partial(bytes);

    private async Task ReadEncodedAsync(MeteredStream wire, CancellationToken cancellationToken)
    {
        Problem = ContentCoding.Problem(_codings);
        try
        {
            // An empty body needs no decoding: many servers keep the header on it.
            var isEmpty = (await wire.PeekAsync(cancellationToken)).IsEmpty;
            await using var decoded =
                isEmpty || Problem is not null ? wire : await ContentCoding.DecodeAsync(wire, _codings, cancellationToken);
            await CopyAsync(decoded, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or CheckFailedException) && !wire.HasFailed)
        {
            throw new CheckFailedException(
                ErrorType.Protocol, $"the body could not be decompressed as {string.Join(", ", _codings)}", inner: e);
        }
        finally
        {
            _transferSize = wire.Count;
        }
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BodyBytes.Unreserved);
        try
        {
            // A stream with buffered data may not check the token.
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0; cancellationToken.ThrowIfCancellationRequested())
            {
                // One more byte is read to detect that the limit is exceeded.
                var taken = (int)Math.Min(read, use.Most - _size);
                await KeepAsync(buffer.AsMemory(0, taken), cancellationToken);
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

    private async ValueTask KeepAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var kept = bytes[..(int)Math.Min(use.Kept - _kept.Length, bytes.Length)];
        if (!_kept.TryAppend(kept.Span))
        {
            var length = IsEncoded ? null : response.Content.Headers.ContentLength;
            await _kept.ReserveAsync(Math.Min(use.Kept, length ?? long.MaxValue), Type.Charset, use, cancellationToken);
            _kept.Append(kept.Span);
        }
    }
}
