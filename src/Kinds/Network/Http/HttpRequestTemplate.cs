using System.Buffers;
using System.Text;
using HealthAgent.Kinds.Network.Bodies;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>The request of a check, built once and copied by each run.</summary>
internal sealed class HttpRequestTemplate
{
    private const string Agent = "User-Agent", Encodings = "Accept-Encoding", Type = "Content-Type";
    private const string UserAgent = "health-agent";

    // For these, a Content-Length of 0 means nothing; for others it announces an empty body (RFC 9110, 8.6).
    private static readonly HttpMethod[] WithoutBody = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Delete];
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 32).Append(127).Select(code => (char)code).Where(character => character != '\t')]);

    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase)
    {
        [Agent] = UserAgent,
        [Encodings] = ContentCoding.Accepted,
    };

    // HttpClient keeps content headers apart.
    private readonly Dictionary<string, string> _contentHeaders = new(StringComparer.OrdinalIgnoreCase);
    private readonly byte[]? _body;

    /// <summary>Resolves the settings.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL, without credentials.</param>
    /// <param name="headers">Headers: a later one replaces an earlier one, and each replaces the agent's default.</param>
    /// <param name="body">The body, if any; encoded in the charset of its <c>Content-Type</c>, else UTF-8.</param>
    public HttpRequestTemplate(HttpMethod method, Uri url, IEnumerable<KeyValuePair<string, string>> headers, string? body)
    {
        (Method, Url) = (method, url);
        foreach (var (name, value) in headers)
        {
            (IsOfContent(name) ? _contentHeaders : _headers)[name] = value;
        }

        if (body is not null)
        {
            _contentHeaders.TryAdd(Type, BodyValues.IsJson(body) ? "application/json" : "text/plain; charset=utf-8");
            _body = (CharsetOf(_contentHeaders[Type]) ?? Encoding.UTF8).GetBytes(body);
        }
    }

    /// <summary>The method.</summary>
    public HttpMethod Method { get; }

    /// <summary>The URL.</summary>
    public Uri Url { get; }

    /// <summary>Whether a body is sent.</summary>
    public bool HasBody => _body is not null;

    /// <summary>Why a header cannot be sent, with or without a body; null if it can.</summary>
    public static string? Problem(string name, string value, bool hasBody = false)
    {
        using var probe = new HttpRequestMessage();
        using var content = new ByteArrayContent([]);
        return name.ToLowerInvariant() switch
        {
            "content-length" or "transfer-encoding" => $"'{name}' is set by the agent; remove it",
            _ when value.AsSpan().ContainsAny(Controls)
                || !(probe.Headers.TryAddWithoutValidation(name, value) || content.Headers.TryAddWithoutValidation(name, value)) =>
                $"'{name}' is not a header that can be sent",
            "host" when probe.Headers.Host is null => $"'{name}' needs a name, such as orders.internal or orders.internal:8080",
            "content-type" when hasBody && ContentType.Parse(value).Charset is { } charset && Charset.Find(charset) is null =>
                $"the charset '{charset}' is unknown, so the body cannot be encoded",
            _ => null,
        };
    }

    /// <summary>Creates a request, also for a redirect. Configured headers stay within the origin.</summary>
    public HttpRequestMessage Create(HttpRedirects? redirects = null)
    {
        var request = new HttpRequestMessage(redirects?.Method ?? Method, redirects?.Url ?? Url);
        if (redirects is { IsWithinOrigin: false })
        {
            request.Headers.TryAddWithoutValidation(Agent, UserAgent);
            request.Headers.TryAddWithoutValidation(Encodings, ContentCoding.Accepted);
        }
        else
        {
            foreach (var (name, value) in _headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            request.Content = redirects is { SendsContent: false } ? null : CreateContent(request.Method);
        }

        if (redirects is { Cookies: { Length: > 0 } cookies })
        {
            var written = redirects.IsWithinOrigin && _headers.TryGetValue("Cookie", out var own) ? own + "; " : "";
            request.Headers.Remove("Cookie");
            request.Headers.TryAddWithoutValidation("Cookie", written + cookies);
        }

        return request;
    }

    private HttpContent? CreateContent(HttpMethod method)
    {
        if (_body is null && _contentHeaders.Count == 0)
        {
            return null;
        }

        HttpContent content = _body is null && WithoutBody.Contains(method) ? new HeadersOnlyContent() : new ByteArrayContent(_body ?? []);
        foreach (var (name, value) in _contentHeaders)
        {
            content.Headers.TryAddWithoutValidation(name, value);
        }

        return content;
    }

    private static bool IsOfContent(string name)
    {
        using var probe = new HttpRequestMessage();
        return !probe.Headers.TryAddWithoutValidation(name, "");
    }

    private static Encoding? CharsetOf(string type) => ContentType.Parse(type).Charset is { } charset ? Charset.Find(charset) : null;
}
