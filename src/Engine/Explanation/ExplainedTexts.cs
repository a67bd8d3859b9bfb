using HealthAgent.Security;

namespace HealthAgent.Explanation;

/// <summary>Makes noted texts fit to be shown: without secrets and control characters, and short.</summary>
/// <param name="redactor">The check's secrets.</param>
/// <param name="learned">The secrets that the run learned.</param>
internal sealed class ExplainedTexts(Redactor redactor, Redactor learned)
{
    /// <summary>UTF-16 units of a body that are shown.</summary>
    public const int LongestBody = 1024;

    /// <summary>UTF-16 units that are looked at: half a secret would not be recognized, so more than is shown.</summary>
    public const int LongestLookedAt = 8 * 1024;

    private const int LongestLine = 500;

    /// <summary>A text of one line.</summary>
    public string Line(string text)
    {
        var looked = Beginning(text);
        return PlainText.Cut(Redact(PlainText.Line(looked), isCut: looked.Length < text.Length), LongestLine);
    }

    /// <summary>A name that was resolved.</summary>
    public ResolvedName Shown(ResolvedName name) =>
        new(Line(name.Host), name.Addresses, name.Failure is null ? null : Line(name.Failure));

    /// <summary>An attempt to connect.</summary>
    public ConnectionAttempt Shown(ConnectionAttempt attempt) => attempt with
    {
        Server = Line(attempt.Server), Address = Line(attempt.Address), Failure = attempt.Failure is null ? null : Line(attempt.Failure),
    };

    /// <summary>A TLS handshake.</summary>
    public TlsHandshake Shown(TlsHandshake handshake) => handshake with
    {
        ServerName = Line(handshake.ServerName),
        Problems = [.. handshake.Problems.Select(Line)],
        Chain = [.. handshake.Chain.Select(certificate => certificate with
        {
            Subject = Line(certificate.Subject), Issuer = Line(certificate.Issuer), Names = [.. certificate.Names.Select(Line)],
        })],
    };

    /// <summary>An HTTP request with its response.</summary>
    public HttpExchange Shown(HttpExchange exchange) => exchange with
    {
        Url = Line(exchange.Url),
        RequestHeaders = Shown(exchange.RequestHeaders),
        Phrase = Line(exchange.Phrase),
        Headers = Shown(exchange.Headers),
        Body = exchange.Body is { } body ? Shown(body) : null,
    };

    private KeyValuePair<string, string>[] Shown(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        [.. headers.Select(header => KeyValuePair.Create(Line(header.Key), Line(header.Value)))];

    private ExplainedBody Shown(ExplainedBody body)
    {
        if (body.Text is not { } text)
        {
            return body with { Problem = body.Problem is null ? null : Line(body.Problem) };
        }

        var lines = text.ReplaceLineEndings("\n");
        var looked = Beginning(lines);
        var isCut = body.IsCut || looked.Length < lines.Length;
        var shown = Redact(PlainText.Lines(looked), isCut);
        return body with { Text = PlainText.Cut(shown, LongestBody), IsCut = body.IsCut || shown.Length > LongestBody };
    }

    private static string Beginning(string text) => text.Length > LongestLookedAt ? text[..LongestLookedAt] : text;

    private string Redact(string text, bool isCut) => learned.Redact(redactor.Redact(text, isCut), isCut);
}
