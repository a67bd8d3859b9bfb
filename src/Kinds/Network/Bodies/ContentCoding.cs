using System.IO.Compression;
using HealthAgent.Kinds.Network.Connections;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>
/// Decodes content codings. Done here rather than by <see cref="HttpClient"/>, which removes the headers <c>Content-Encoding</c> and
/// <c>Content-Length</c>.
/// </summary>
/// <remarks>Rule: RFC 9110, 8.4.</remarks>
internal static class ContentCoding
{
    /// <summary>The default <c>Accept-Encoding</c>.</summary>
    public const string Accepted = "gzip, deflate, br";

    // More than one is rare; each costs buffers.
    private const int MostCodings = 4;

    /// <summary>The codings of a response in the order applied; empty if there are none.</summary>
    public static IReadOnlyList<string> Of(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values)
            ? [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries)).Where(IsCoding)]
            : [];

    /// <summary>Why the codings cannot be decoded; null if they can.</summary>
    public static string? Problem(IReadOnlyList<string> codings) =>
        codings.Count > MostCodings ? $"the body has {codings.Count} content codings; at most {MostCodings} are decoded"
        : codings.FirstOrDefault(static coding => !IsKnown(coding)) is not { } unknown ? null
        : $"the body's content coding '{unknown}' is not supported; supported: {Accepted}";

    /// <summary>Decodes a body whose codings have no <see cref="Problem"/>.</summary>
    public static async ValueTask<Stream> DecodeAsync(
        MeteredStream body, IReadOnlyList<string> codings, CancellationToken cancellationToken)
    {
        Stream decoded = body;
        foreach (var coding in codings.Reverse())
        {
            decoded = coding.ToLowerInvariant() switch
            {
                "br" => new BrotliStream(decoded, CompressionMode.Decompress),
                "deflate" => await InflateAsync(decoded as MeteredStream ?? new MeteredStream(decoded), cancellationToken),
                _ => new GZipStream(decoded, CompressionMode.Decompress),
            };
        }

        return decoded;
    }

    /// <summary>Per RFC this is the zlib format; many servers send raw deflate.</summary>
    private static async ValueTask<Stream> InflateAsync(MeteredStream body, CancellationToken cancellationToken)
    {
        var head = await body.PeekAsync(cancellationToken);
        var isZlib = head.Length == 2 && (head.Span[0] & 0x0F) == 8 && ((head.Span[0] << 8) | head.Span[1]) % 31 == 0;
        return isZlib ? new ZLibStream(body, CompressionMode.Decompress) : new DeflateStream(body, CompressionMode.Decompress);
    }

    private static bool IsKnown(string coding) => coding.ToLowerInvariant() is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>Some servers send <c>none</c> or a charset here.</summary>
    private static bool IsCoding(string coding) =>
        IsKnown(coding) || (coding.ToLowerInvariant() is not ("" or "identity" or "none") && Charset.Find(coding) is null);
}
