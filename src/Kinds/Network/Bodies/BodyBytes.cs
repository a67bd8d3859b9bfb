using System.Buffers;
using System.Text;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Memory;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>
/// The bytes of a body. Small bodies fit in a pooled buffer; larger ones move to reserved memory, sized for the whole body and what is
/// derived from it.
/// </summary>
internal sealed class BodyBytes(RunMemory run) : IDisposable
{
    /// <summary>Bytes kept without a reservation.</summary>
    public const int Unreserved = 8192;

    // One UTF-16 unit per byte; three bytes of UTF-8 per byte of another charset.
    private const int TextBytes = 2;
    private const int ConvertedBytes = 3;

    // Bytes per token of a JsonDocument while its table grows and is copied.
    private const long TokenBytes = 48;

    private byte[]? _first;
    private NativeBuffer<byte>? _all;
    private int _length;

    /// <summary>Number of bytes.</summary>
    public int Length => _all?.Length ?? _length;

    /// <summary>Whether memory is reserved for the bytes and what is derived from them.</summary>
    public bool IsReserved => _all is not null;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _all?.Written ?? _first.AsMemory(0, _length);

    /// <summary>Appends bytes; false if memory must be reserved first.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (_all is not null)
        {
            Append(bytes);
            return true;
        }

        if (_length + bytes.Length > Unreserved)
        {
            return false;
        }

        if (!bytes.IsEmpty)
        {
            bytes.CopyTo((_first ??= ArrayPool<byte>.Shared.Rent(Unreserved)).AsSpan(_length));
            _length += bytes.Length;
        }

        return true;
    }

    /// <summary>Appends bytes to reserved memory.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: the reservation is too small.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _all!.Room)
        {
            throw new CheckFailedException(
                ErrorType.ResourceExhausted,
                $"the body exceeds the {Units.FormatSize(_all.Length + _all.Room)} "
                + $"that agent.memory ({Units.FormatSize(run.All.Limit)}) allows");
        }

        _all.Append(bytes);
    }

    /// <summary>
    /// Reserves memory for a number of bytes and what is derived from them, or for as many as the budget allows if fewer.
    /// </summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: not available before the deadline.</exception>
    public async ValueTask ReserveAsync(long most, string? charset, BodyUse use, CancellationToken cancellationToken)
    {
        var isConverted = use.Json.Count > 0 && Charset.Of(charset, Bytes.Span) is not (null or UTF8Encoding);
        var each = 1 + (use.IsText ? TextBytes : 0) + (isConverted ? ConvertedBytes : 0);
        var capacity = Math.Min(most, run.All.Bodies.Limit / each);
        await run.ReserveAsync(run.All.Bodies, capacity * each, "the body", cancellationToken);
        var all = run.Hold(new NativeBuffer<byte>((int)capacity));
        all.Append(Bytes.Span);
        _all = all;
    }

    /// <summary>The JSON, reduced to what is used. Overwrites the bytes.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: the used part is too large.</exception>
    public async ValueTask<JsonElement> JsonAsync(Encoding encoding, IReadOnlyList<JsonUse> uses, CancellationToken cancellationToken)
    {
        if (_all is null)
        {
            using var small = encoding is UTF8Encoding
                ? JsonDocument.Parse(Charset.WithoutMark(Bytes, encoding))
                : JsonDocument.Parse(Charset.Decode(Bytes, encoding, isWhole: true));
            return small.RootElement.Clone();
        }

        var text = encoding is UTF8Encoding
            ? _all.Memory[(_all.Length - Charset.WithoutMark(Bytes, encoding).Length).._all.Length]
            : Convert(encoding, cancellationToken);
        var (length, tokens) = JsonExcerpt.Reduce(text.Span, uses, cancellationToken);
        await run.ReserveAsync(run.All.Documents, length + tokens * TokenBytes, "the JSON used by conditions", cancellationToken);
        using var document = JsonDocument.Parse(text[..length]);
        cancellationToken.ThrowIfCancellationRequested();
        return document.RootElement.Clone();
    }

    /// <inheritdoc />
    /// <remarks>Reserved memory belongs to the run.</remarks>
    public void Dispose()
    {
        if (_first is { } first)
        {
            (_first, _length) = (null, 0);
            ArrayPool<byte>.Shared.Return(first);
        }
    }

    private Memory<byte> Convert(Encoding encoding, CancellationToken cancellationToken)
    {
        var converted = run.Hold(new NativeBuffer<byte>(Length * ConvertedBytes + ConvertedBytes));
        var encoder = Encoding.UTF8.GetEncoder();
        if (!Charset.Decode(Bytes, encoding, isWhole: true,
            (piece, isLast) => converted.Advance(encoder.GetBytes(piece, converted.Free, isLast)), cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return converted.Memory[..converted.Length];
    }
}
