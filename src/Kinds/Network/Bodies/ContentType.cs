namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>A <c>Content-Type</c>, parsed leniently: servers send trailing semicolons, bare words, or the header twice.</summary>
/// <param name="MediaType">Everything before the first <c>;</c> or <c>,</c> of the first header; empty if missing.</param>
/// <param name="Charset">The first charset; null if there is none.</param>
/// <remarks>Rule: RFC 9110, 8.3.</remarks>
internal readonly record struct ContentType(string MediaType, string? Charset)
{
    private const string Parameter = "charset";

    /// <summary>Of a response, before its headers are parsed: parsing hides malformed values.</summary>
    public static ContentType Of(HttpResponseMessage response)
    {
        ContentType? all = null;
        if (response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values))
        {
            foreach (var value in values)
            {
                var one = Parse(value);
                all = all is { } before ? before with { Charset = before.Charset ?? one.Charset } : one;
            }
        }

        return all ?? new ContentType("", null);
    }

    /// <summary>Parses one header value.</summary>
    public static ContentType Parse(string value)
    {
        var end = value.AsSpan().IndexOfAny(';', ',');
        return new ContentType((end < 0 ? value : value[..end]).Trim(), CharsetIn(value));
    }

    private static string? CharsetIn(ReadOnlySpan<char> rest)
    {
        for (int at; (at = rest.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            var isOwnWord = at > 0 && rest[at - 1] is ';' or ',' or ' ' or '\t';
            rest = rest[(at + Parameter.Length)..].TrimStart();
            if (isOwnWord && rest.StartsWith('='))
            {
                var written = rest[1..].TrimStart(" \t\"'");
                var end = written.IndexOfAny(";,\"' \t");
                var charset = end < 0 ? written : written[..end];
                if (!charset.IsEmpty)
                {
                    return charset.ToString();
                }
            }
        }

        return null;
    }
}
