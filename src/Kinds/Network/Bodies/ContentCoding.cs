using System.IO.Compression;
using HealthAgent.Kinds.Network.Connections;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>
/// The codings of a body, and their decoding. Done here rather than by the HTTP client, which hides them: its answers no longer
/// have the headers <c>Content-Encoding</c> and <c>Content-Length</c>.
/// </summary>
/// <remarks>Rule: RFC 9110, 8.4.</remarks>
internal static class ContentCoding
{
    /// <summary>What is asked for, unless the operator writes something else.</summary>
    public const string Accepted = "gzip, deflate, br";

    // More than one is rare already; each costs buffers.
    private const int MostCodings = 4;

    /// <summary>The codings of an answer, in the order in which they were applied; empty when there is none.</summary>
    public static IReadOnlyList<string> Of(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values)
            ? [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries)).Where(IsCoding)]
            : [];

    /// <summary>What is wrong with codings that cannot be decoded; null when all can.</summary>
    public static string? Problem(IReadOnlyList<string> codings) =>
        codings.Count > MostCodings ? $"the body has {codings.Count} content codings; at most {MostCodings} are decoded"
        : codings.FirstOrDefault(static coding => !IsKnown(coding)) is not { } unknown ? null
        : $"the body's content coding '{unknown}' is unknown; known are {Accepted}";

    /// <summary>Decodes what <see cref="Problem"/> finds nothing wrong with.</summary>
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

    /// <summary>By the rule this is the zlib format; many servers send bare deflate.</summary>
    private static async ValueTask<Stream> InflateAsync(MeteredStream body, CancellationToken cancellationToken)
    {
        var head = await body.PeekAsync(cancellationToken);
        var isZlib = head.Length == 2 && (head.Span[0] & 0x0F) == 8 && ((head.Span[0] << 8) | head.Span[1]) % 31 == 0;
        return isZlib ? new ZLibStream(body, CompressionMode.Decompress) : new DeflateStream(body, CompressionMode.Decompress);
    }

    private static bool IsKnown(string coding) => coding.ToLowerInvariant() is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>Some servers write here that there is none, or a charset.</summary>
    private static bool IsCoding(string coding) =>
        IsKnown(coding) || (coding.ToLowerInvariant() is not ("" or "identity" or "none") && Charset.Find(coding) is null);
}
