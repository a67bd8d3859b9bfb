using System.Globalization;
using System.Net;
using HealthAgent.Checks;
using HealthAgent.Security;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>
/// Follows the redirects of one run and keeps the cookies set on the way. <see cref="HttpClient"/> drops credentials on every redirect,
/// even within the origin, and keeps all other headers, even across origins.
/// </summary>
/// <remarks>Rules: RFC 9110, 15.4 (methods) and 10.2.2 (<c>Location</c>); RFC 6454 (origin).</remarks>
/// <param name="first">The first request.</param>
/// <param name="policy">Where redirects may lead; null for anywhere.</param>
internal sealed class HttpRedirects(HttpRequestTemplate first, TargetPolicy? policy = null)
{
    /// <summary>Maximum number of redirects per run.</summary>
    public const int Most = 5;

    private readonly List<string> _path = [Shown(first.Url, from: first.Url)];
    private CookieContainer? _cookies;

    /// <summary>The URL of the next request.</summary>
    public Uri Url { get; private set; } = first.Url;

    /// <summary>The method of the next request.</summary>
    public HttpMethod Method { get; private set; } = first.Method;

    /// <summary>Whether the body and its headers are sent.</summary>
    public bool SendsContent { get; private set; } = true;

    /// <summary>Whether scheme, host and port equal the first URL's: configured headers are sent nowhere else.</summary>
    public bool IsWithinOrigin => IsSameOrigin(first.Url, Url);

    /// <summary>The cookies set on the way, as a header value; empty if there are none for this URL.</summary>
    public string Cookies => _cookies?.GetCookieHeader(Url) ?? "";

    /// <summary>Moves on to the redirect target; false if the response is not a redirect.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.UnexpectedStatus"/>: the redirect is not followed.</exception>
    public bool Follow(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is not (301 or 302 or 303 or 307 or 308)
            || !response.Headers.NonValidated.TryGetValues("Location", out var locations))
        {
            return false;
        }

        var isValid = Uri.TryCreate(Url, locations.First(), out var next);
        _path.Add(isValid ? Shown(next!, from: Url) : "…");
        var becomesGet = status == 303 ? Method != HttpMethod.Head : status is 301 or 302 && Method == HttpMethod.Post;
        SendsContent &= !becomesGet || (Method == HttpMethod.Get && !first.HasBody);
        if (Refusal(next) is { } refusal)
        {
            throw new CheckFailedException(ErrorType.UnexpectedStatus, refusal);
        }

        KeepCookies(response);
        Method = becomesGet ? HttpMethod.Get : Method;
        Url = next!;
        return true;
    }

    /// <summary>Adds the redirect path to a failure, such as <c>(/a → /b)</c>, without queries, which may contain tokens.</summary>
    public CheckFailedException Explain(CheckFailedException failed) => _path.Count == 1 ? failed
        : new CheckFailedException(failed.ErrorType, $"{failed.Message} ({string.Join(" → ", _path)})", failed.Observed, failed);

    private string? Refusal(Uri? next) => next switch
    {
        null => "the redirect's Location is not a URL",
        _ when next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps => "the redirect leads to a scheme other than HTTP",
        _ when _path.Count > Most + 1 => string.Create(CultureInfo.InvariantCulture, $"more than {Most} redirects"),
        _ when Url.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp => "the redirect leads from https to http",
        _ when first.HasBody && SendsContent && !IsSameOrigin(first.Url, next) => "the redirect would send the body to another origin",
        _ => policy?.RefusalOf(next),
    };

    private void KeepCookies(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Set-Cookie", out var cookies))
        {
            return;
        }

        _cookies ??= new CookieContainer();
        foreach (var cookie in cookies)
        {
            try
            {
                _cookies.SetCookies(Url, cookie);
            }
            catch (CookieException)
            {
                // A cookie that browsers reject too.
            }
        }
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;

    private static string Shown(Uri url, Uri from) =>
        $"{(IsSameOrigin(url, from) ? "" : $"{url.Scheme}://{url.Authority}")}{url.AbsolutePath}{(url.Query.Length > 0 ? "?…" : "")}";
}
