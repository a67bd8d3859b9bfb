using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HealthAgent.Security;

/// <summary>
/// A target that a caller asks for, in its parts. <see cref="Text"/> is put together from these again, so that what is judged is what is
/// asked: where two parsers could read a text in two ways, it is refused.
/// </summary>
/// <param name="Scheme">In lower case; null for <c>host:port</c>.</param>
/// <param name="Host">A name in lower case without the dot at its end, or an address.</param>
/// <param name="Address">The address where the host is one.</param>
/// <param name="Port">The port.</param>
/// <param name="Path">The path of a URL, without its query; empty for <c>host:port</c>.</param>
/// <param name="Text">What is asked.</param>
internal sealed partial record ProbeTarget(string? Scheme, string Host, IPAddress? Address, int Port, string Path, string Text)
{
    private const int Longest = 2048;
    private const int LongestName = 253;

    /// <summary>A URL; without a scheme, of <c>http</c>. Null, with an error, for what is none or may be misread.</summary>
    public static ProbeTarget? OfUrl(string text, out string? error)
    {
        var url = HasScheme().IsMatch(text) ? text : $"http://{text}";
        error = ProblemOf(text);
        if (error is not null)
        {
            return null;
        }

        var written = Form().Match(url);
        if (!written.Success || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            error = "it is not http://HOST/PATH or https://HOST/PATH without user, password and fragment";
            return null;
        }

        var secure = uri.Scheme == Uri.UriSchemeHttps;
        var target = Read(written, secure ? 443 : 80, out error);
        if (target is null)
        {
            return null;
        }

        var authority = written.Groups["port"].Success && target.Port != (secure ? 443 : 80)
            ? string.Create(CultureInfo.InvariantCulture, $"{written.Groups["host"].Value}:{target.Port}")
            : written.Groups["host"].Value;
        return target with
        {
            Scheme = uri.Scheme,
            Path = uri.AbsolutePath,
            Text = $"{uri.Scheme}://{authority.ToLowerInvariant()}{uri.PathAndQuery}",
        };
    }

    /// <summary><c>host:port</c> or <c>[v6]:port</c>. Null, with an error, for what is none.</summary>
    public static ProbeTarget? OfAddress(string text, out string? error)
    {
        error = ProblemOf(text);
        if (error is not null)
        {
            return null;
        }

        var written = Authority().Match(text);
        if (!written.Success || !written.Groups["port"].Success)
        {
            error = "it is not HOST:PORT or [IPV6]:PORT";
            return null;
        }

        var target = Read(written, 0, out error);
        return target is null ? null : target with { Text = text.ToLowerInvariant() };
    }

    /// <summary>The address where a host is written as one in the usual form; null for a name.</summary>
    internal static IPAddress? AddressOf(string host) =>
        IPAddress.TryParse(host, out var address) && address.ToString() == host ? address : null;

    private static string? ProblemOf(string text) => text switch
    {
        { Length: > Longest } => $"it is longer than {Longest} characters",
        _ when text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.Contains('\\', StringComparison.Ordinal) =>
            "it has characters that no URL has; write names of hosts as xn--…, and others as %XX",
        _ => null,
    };

    private static ProbeTarget? Read(Match written, int defaultPort, out string? error)
    {
        var port = written.Groups["port"].Success
            ? int.Parse(written.Groups["port"].ValueSpan, CultureInfo.InvariantCulture)
            : defaultPort;
        var host = written.Groups["name"].Value.ToLowerInvariant();
        var name = host.EndsWith('.') ? host[..^1] : host;
        IPAddress? address = null;
        error = port is < 1 or > IPEndPoint.MaxPort ? "its port is not from 1 to 65535" : null;
        if (written.Groups["v6"] is { Success: true, Value: var v6 })
        {
            error ??= IPAddress.TryParse(v6, out address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? null
                : "what is in brackets is not an IPv6 address without a zone";
        }
        else if (Number().IsMatch(name))
        {
            // Resolvers take 2130706433, 0x7f.1 and 0177.0.0.1 for 127.0.0.1.
            address = AddressOf(host);
            error ??= address is null ? "an IPv4 address is written as four decimal numbers without zeros before them" : null;
        }
        else
        {
            error ??= name.Length <= LongestName && Name().IsMatch(name) ? null : "its host is not a name";
        }

        return error is null ? new ProbeTarget(null, address?.ToString() ?? name, address, port, "", "") : null;
    }

    private const string HostAndPort = @"(?<host>\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<name>[A-Za-z0-9._-]+))(:(?<port>[0-9]{1,5}))?";

    [GeneratedRegex("^[Hh][Tt][Tt][Pp][Ss]?://", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HasScheme();

    [GeneratedRegex($@"^[Hh][Tt][Tt][Pp][Ss]?://{HostAndPort}([/?][^#]*)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex($@"^{HostAndPort}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Authority();

    [GeneratedRegex(@"^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    // The last label decides, as in the URL standard of the WHATWG.
    [GeneratedRegex(@"(^|\.)([0-9]+|0x[0-9a-f]*)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
