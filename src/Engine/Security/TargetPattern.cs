using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HealthAgent.Security;

/// <summary>
/// A pattern of targets, <c>[SCHEME://]HOST[:PORT][/PATH]</c>, compared part by part with what a target consists of.
/// </summary>
internal sealed partial class TargetPattern
{
    /// <summary>How to write one.</summary>
    public const string Remedy =
        "write [SCHEME://]HOST[:PORT][/PATH], such as https://*.shop.example, 10.2.*:5432, [fd00::1]:443, *:443 or "
        + "https://shop.example/api/*";

    private const string Any = "*";

    private readonly string? _scheme;
    private readonly Func<ProbeTarget, bool> _host;
    private readonly string? _port;
    private readonly string? _path;

    private TargetPattern(string? scheme, Func<ProbeTarget, bool> host, string? port, string? path) =>
        (_scheme, _host, _port, _path) = (scheme, host, port, path);

    /// <summary>Reads a pattern; null for what is none.</summary>
    public static TargetPattern? Parse(string text)
    {
        var written = Form().Match(text.ToLowerInvariant());
        if (!written.Success || HostOf(written) is not { } host)
        {
            return null;
        }

        // A path stays as it is written.
        var path = written.Groups["path"] is { Success: true, Index: var at } ? text[at..] : null;
        var (scheme, port) = (Group("scheme"), Group("port"));
        var isPort = port is null or Any || int.Parse(port, CultureInfo.InvariantCulture) is > 0 and <= IPEndPoint.MaxPort;
        return isPort ? new TargetPattern(scheme, host, port, path) : null;

        string? Group(string name) => written.Groups[name] is { Success: true, Value: var value } ? value : null;
    }

    /// <summary>Whether a target is one of these.</summary>
    public bool Matches(ProbeTarget target) =>
        (_scheme is null || _scheme == target.Scheme) && _host(target) && MatchesPort(target) && MatchesPath(target);

    // Without a port, that of the scheme is meant.
    private bool MatchesPort(ProbeTarget target) => _port switch
    {
        null => target is { Scheme: "http", Port: 80 } or { Scheme: "https", Port: 443 },
        Any => true,
        _ => target.Port == int.Parse(_port, CultureInfo.InvariantCulture),
    };

    // What is escaped may be decoded by the server, and lead elsewhere.
    private bool MatchesPath(ProbeTarget target) =>
        _path is null
        || (!target.Path.Contains('%', StringComparison.Ordinal)
            && (_path.EndsWith('*')
                ? target.Path.StartsWith(_path[..^1], StringComparison.Ordinal)
                : target.Path == _path));

    private static Func<ProbeTarget, bool>? HostOf(Match written)
    {
        if (written.Groups["v6"] is { Success: true, Value: var v6 })
        {
            return IPAddress.TryParse(v6, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? target => address.Equals(target.Address)
                : null;
        }

        var host = written.Groups["name"].Value;
        if (host == Any)
        {
            return static _ => true;
        }

        return Octets().IsMatch(host) ? OfOctets(host) : OfLabels(host);
    }

    /// <summary>Four numbers or <c>*</c>, of which <c>*</c> at the end stands for all that are missing.</summary>
    private static Func<ProbeTarget, bool>? OfOctets(string host)
    {
        var octets = host.Split('.');
        if (octets.Length > 4 || (octets.Length < 4 && octets[^1] != Any)
            || octets.Any(static octet => octet != Any && (octet.Length > 3 || (octet.Length > 1 && octet[0] == '0')
                || int.Parse(octet, CultureInfo.InvariantCulture) > byte.MaxValue)))
        {
            return null;
        }

        return target => target.Address is { AddressFamily: AddressFamily.InterNetwork } address
            && !address.ToString().Split('.').Where((part, i) => i < octets.Length && octets[i] != Any && octets[i] != part).Any();
    }

    /// <summary>A name; <c>*.</c> before it stands for one label or more, <c>*</c> within a label for a part of it.</summary>
    private static Func<ProbeTarget, bool>? OfLabels(string host)
    {
        var labels = host.Split('.');
        if (labels.Length > 1 && labels[^1].Contains('*', StringComparison.Ordinal))
        {
            return null;
        }

        var parts = labels.Select(static label => label == Any
            ? "[a-z0-9_-]+"
            : Regex.Escape(label).Replace(@"\*", "[a-z0-9_-]*", StringComparison.Ordinal)).ToList();
        if (labels[0] == Any)
        {
            parts[0] = @"[a-z0-9_-]+(\.[a-z0-9_-]+)*";
        }

        var name = new Regex(
            $@"^{string.Join(@"\.", parts)}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        return target => target.Address is null && name.IsMatch(target.Host);
    }

    [GeneratedRegex(
        @"^((?<scheme>https?)://)?(\[(?<v6>[0-9a-f:.]+)\]|(?<name>\*|[a-z0-9_*-]+(\.[a-z0-9_*-]+)*))(:(?<port>\*|[0-9]{1,5}))?"
        + @"(?<path>/[^*?#%\\\s]*\*?)?\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[0-9]+(\.([0-9]+|\*))*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Octets();
}
