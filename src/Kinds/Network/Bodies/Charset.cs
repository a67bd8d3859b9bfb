using System.Buffers;
using System.Globalization;
using System.Text;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>Decodes bytes by the named charset, else by byte order mark, else as UTF-8.</summary>
internal static class Charset
{
    // In characters: few enough to decode quickly between cancellation checks.
    private const int PieceSize = 32 * 1024;

    // Names of Windows code pages that .NET does not know.
    private static readonly string[] CodePagePrefixes = ["x-cp", "cp", "ms", "windows-", "win-"];

    // UTF-32's little-endian mark starts like UTF-16's, so longer marks come first.
    private static readonly Encoding[] Marked =
        [new UTF32Encoding(bigEndian: false, byteOrderMark: true), new UTF32Encoding(bigEndian: true, byteOrderMark: true),
            Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>The encoding of a charset by name or common alias, ignoring case; null if unknown.</summary>
    public static Encoding? Find(string name)
    {
        if (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return FindAlias(name.ToLowerInvariant());
        }
    }

    /// <summary>The encoding of a body: the named charset, else by byte order mark, else UTF-8; null if the charset is unknown.</summary>
    public static Encoding? Of(string? charset, ReadOnlySpan<byte> bytes)
    {
        var named = charset is null ? null : Find(charset);
        if (charset is not null && named is null)
        {
            return null;
        }

        // "utf-16" and "utf-32" leave the byte order to the mark (RFC 2781, 4.3).
        var marked = named is null || charset is not null && IsWithoutOrder(charset) ? MarkedBy(bytes) : null;
        return named is null ? marked ?? Encoding.UTF8 : marked?.GetType() == named.GetType() ? marked : named;
    }

    /// <summary>The bytes without a byte order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes, Encoding encoding) =>
        encoding.Preamble is { Length: > 0 } mark && bytes.Span.StartsWith(mark) ? bytes[mark.Length..] : bytes;

    /// <summary>Decodes the text. An incomplete character at the end of a truncated text is dropped.</summary>
    public static string Decode(ReadOnlyMemory<byte> bytes, Encoding encoding, bool isWhole)
    {
        var text = WithoutMark(bytes, encoding).Span;
        if (isWhole)
        {
            return encoding.GetString(text);
        }

        var decoder = encoding.GetDecoder();
        var characters = new char[decoder.GetCharCount(text, flush: false)];
        return new string(characters, 0, decoder.GetChars(text, characters, flush: false));
    }

    /// <summary>
    /// Decodes a long text in pieces; false if cancelled. An incomplete character at the end of a truncated text is dropped.
    /// </summary>
    /// <param name="bytes">The text.</param>
    /// <param name="encoding">The encoding.</param>
    /// <param name="isWhole">Whether the text is complete.</param>
    /// <param name="take">Receives each piece.</param>
    /// <param name="cancellationToken">Checked between pieces: the beginning is always decoded.</param>
    public static bool Decode(
        ReadOnlyMemory<byte> bytes,
        Encoding encoding,
        bool isWhole,
        ReadOnlySpanAction<char, bool> take,
        CancellationToken cancellationToken)
    {
        var rest = WithoutMark(bytes, encoding).Span;
        var decoder = encoding.GetDecoder();
        var characters = ArrayPool<char>.Shared.Rent(PieceSize);
        try
        {
            while (!rest.IsEmpty)
            {
                decoder.Convert(rest, characters, flush: isWhole, out var used, out var length, out _);
                rest = rest[used..];
                take(characters.AsSpan(0, length), rest.IsEmpty);
                if (!rest.IsEmpty && cancellationToken.IsCancellationRequested)
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    private static Encoding? MarkedBy(ReadOnlySpan<byte> bytes)
    {
        foreach (var encoding in Marked)
        {
            if (bytes.StartsWith(encoding.Preamble))
            {
                return encoding;
            }
        }

        return null;
    }

    private static bool IsWithoutOrder(string charset) =>
        !charset.EndsWith("le", StringComparison.OrdinalIgnoreCase) && !charset.EndsWith("be", StringComparison.OrdinalIgnoreCase);

    private static Encoding? FindAlias(string name)
    {
        if (name.StartsWith("iso8859-", StringComparison.Ordinal))
        {
            return Find(name.Insert("iso".Length, "-"));
        }

        if (name is "windows-31j")
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(932);
        }

        var prefix = Array.Find(CodePagePrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        return prefix is not null
            && ushort.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            ? CodePagesEncodingProvider.Instance.GetEncoding(page)
            : null;
    }
}
