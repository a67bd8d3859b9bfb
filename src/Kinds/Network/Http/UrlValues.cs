using HealthAgent.Expectations;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>
/// Puts captured values into a URL: each is percent-encoded, and stays within the path segment or the part of the query that it is
/// written in. Scheme, host and port are never captured.
/// </summary>
/// <remarks>
/// Rules: RFC 3986, 2.1 (percent-encoding), 3.3 and 5.2.4 (dot segments). Servers that decode a path before they split it would take an
/// encoded <c>../</c> for what it says, so that is refused; so are control characters, which some write into headers of theirs.
/// </remarks>
internal static class UrlValues
{
    private static readonly char[] Slashes = ['/', '\\'];

    /// <summary>The form of a setting that is a URL.</summary>
    public static readonly CapturedForm Form = static (parts, _, _, out error) =>
    {
        error = null;
        var url = "";
        foreach (var (text, value) in parts)
        {
            error = value is { } captured ? Problem(url, text, captured) : null;
            if (error is not null)
            {
                return null;
            }

            url += value is { } found ? Uri.EscapeDataString(found.Text) : text;
        }

        var segment = PathOf(url).Split(Slashes).FirstOrDefault(static segment => IsDots(segment));
        error = segment is null ? null : $"'{segment}' would be a path segment, which leads elsewhere";
        return error is null ? url : null;
    };

    /// <summary>Whether what follows would be of the name of a parameter, in a query or a form that was read so far.</summary>
    public static bool IsInName(string query) => !query[(query.LastIndexOf('&') + 1)..].Contains('=', StringComparison.Ordinal);

    /// <summary>Why a captured value cannot stand in the name of a parameter.</summary>
    public static string NameProblem(string reference, string of) =>
        $"'{reference}' stands in the name of a {of}, where a target would choose which one it is; write it behind a '='";

    private static string? Problem(string before, string reference, CapturedValue value)
    {
        if (EndOfAuthority(before) < 0)
        {
            return $"'{reference}' cannot stand in the scheme, host or port of a URL: a target would choose where requests go; "
                + "write those, and capture a segment of the path, such as 'header Location matches /orders/([^/?]+)'";
        }

        if (before.Contains('#', StringComparison.Ordinal))
        {
            return $"'{reference}' stands behind the '#' of a URL, which is not sent";
        }

        if (value.HasControls)
        {
            return $"what '{reference}' stands for has a line break or another control character, which a URL cannot hold";
        }

        if (before.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 && IsInName(before[(query + 1)..]))
        {
            return NameProblem(reference, "parameter");
        }

        var isInPath = !before.Contains('?', StringComparison.Ordinal);
        return isInPath && value.Text.Length == 0 ? $"what '{reference}' stands for is empty, which would be another path"
            : isInPath && value.Text.Split(Slashes).Any(IsDots) ? $"what '{reference}' stands for holds '..' or '.' as a path segment"
            : null;
    }

    /// <summary>Where the path begins, or what follows without one; negative where the URL has not come to it.</summary>
    private static int EndOfAuthority(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        return start < "://".Length ? -1 : url.IndexOfAny(['/', '?', '#', '\\'], start);
    }

    private static string PathOf(string url)
    {
        var path = url[EndOfAuthority(url)..];
        var end = path.IndexOfAny(['?', '#']);
        return end < 0 ? path : path[..end];
    }

    // As parsers of URLs do, which take %2e for a dot.
    private static bool IsDots(string segment) => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";
}
