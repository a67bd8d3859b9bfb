using System.Buffers;
using System.Text;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Memory;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>
/// The bytes of a body. The first of them stand in a small buffer, which is enough for most; for more, room is reserved for all that may
/// come, and for what is made of it, and they move there.
/// </summary>
internal sealed class BodyBytes(RunMemory run) : IDisposable
{
    /// <summary>How many bytes of each body are kept without a reservation.</summary>
    public const int Unreserved = 8192;

    // A UTF-16 unit for each byte; three bytes of UTF-8 for each byte of another charset.
    private const int TextBytes = 2;
    private const int ConvertedBytes = 3;

    // What a document holds of a token, in bytes, while its table grows and is copied.
    private const long TokenBytes = 48;

    private byte[]? _first;
    private NativeBuffer<byte>? _all;
    private int _length;

    /// <summary>How many there are.</summary>
    public int Length => _all?.Length ?? _length;

    /// <summary>Whether they, and what is made of them, have room that was reserved.</summary>
    public bool IsReserved => _all is not null;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _all?.Written ?? _first.AsMemory(0, _length);

    /// <summary>Appends some; false when room has to be reserved before.</summary>
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

    /// <summary>Appends some to those that have room.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: there is less room than was asked for.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _all!.Room)
        {
            throw new CheckFailedException(
                ErrorType.ResourceExhausted,
                $"the body is longer than {Units.FormatSize(_all.Length + _all.Room)}, for which agent.memory ({Units.FormatSize(run.All.Limit)}) has room");
        }

        _all.Append(bytes);
    }

    /// <summary>Waits for room for so many bytes and what is made of them; for as many as the whole memory allows where that is less.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: there was none until the deadline.</exception>
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

    /// <summary>The JSON, or what of it is looked at. Overwrites the bytes.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: what is looked at is too large.</exception>
    public async ValueTask<JsonElement> JsonAsync(Encoding encoding, IReadOnlyList<JsonUse> uses, CancellationToken cancellationToken)
    {
        if (_all is null)
        {
            using var small = encoding is UTF8Encoding
                ? JsonDocument.Parse(Charset.WithoutMark(Bytes, encoding))
                : JsonDocument.Parse(Charset.Decode(Bytes, encoding, isWhole: true));
            return small.RootElement.Clone();
        }

        var text = encoding is UTF8Encoding ? _all.Memory[(_all.Length - Charset.WithoutMark(Bytes, encoding).Length).._all.Length] : Convert(encoding, cancellationToken);
        var (length, tokens) = JsonExcerpt.Reduce(text.Span, uses, cancellationToken);
        await run.ReserveAsync(run.All.Documents, length + tokens * TokenBytes, "what conditions look at in the JSON body", cancellationToken);
        using var document = JsonDocument.Parse(text[..length]);
        return document.RootElement.Clone();
    }

    /// <inheritdoc />
    /// <remarks>What was reserved is the run's.</remarks>
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
        if (!Charset.Decode(Bytes, encoding, isWhole: true, (piece, isLast) => converted.Advance(encoder.GetBytes(piece, converted.Free, isLast)), cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return converted.Memory[..converted.Length];
    }
}
