using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace HealthAgent.Agent.Access;

/// <summary>Reads the addresses in <c>X-Forwarded-For</c> and <c>Forwarded</c>, the one that was added last first.</summary>
/// <remarks>Rule: RFC 7239, 4 and 6. What is no address, such as <c>unknown</c>, is null.</remarks>
internal static class ForwardedNodes
{
    /// <summary>Those of <c>X-Forwarded-For</c>: addresses with or without a port, of which one of IPv6 may stand in brackets.</summary>
    public static IEnumerable<IPAddress?> OfForwardedFor(StringValues values)
    {
        for (var line = values.Count - 1; line >= 0; line--)
        {
            var nodes = (values[line] ?? "").Split(',');
            for (var i = nodes.Length - 1; i >= 0; i--)
            {
                yield return Read(nodes[i].AsSpan().Trim(" \t"));
            }
        }
    }

    /// <summary>Those of <c>Forwarded</c>. A header line that does not follow the rule holds one node, which is no address.</summary>
    public static IEnumerable<IPAddress?> OfForwarded(StringValues values)
    {
        for (var line = values.Count - 1; line >= 0; line--)
        {
            if (Elements(values[line] ?? "") is not { } elements)
            {
                yield return null;
                continue;
            }

            for (var i = elements.Count - 1; i >= 0; i--)
            {
                yield return elements[i];
            }
        }
    }

    /// <summary>An address, and perhaps a port.</summary>
    internal static IPAddress? Read(ReadOnlySpan<char> node)
    {
        var port = ReadOnlySpan<char>.Empty;
        if (node.StartsWith('['))
        {
            var end = node.IndexOf(']');
            if (end < 0 || (node.Length > end + 1 && node[end + 1] != ':'))
            {
                return null;
            }

            port = node[(end + 1)..];
            node = node[1..end];
            if (!node.Contains(':'))
            {
                return null;
            }
        }
        else if (node.Count(':') == 1)
        {
            port = node[node.IndexOf(':')..];
            node = node[..node.IndexOf(':')];
        }

        // The parser would take 1 for 0.0.0.1, and zones, which are of another machine.
        return IsPort(port) && !node.ContainsAny("%[]") && IPAddress.TryParse(node, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || node.SequenceEqual(address.ToString()))
                ? address
                : null;
    }

    // A port may be hidden, as in _6f; the part before it is an address all the same.
    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text.Length > 1 && IsToken(text[1..]));

    /// <summary>The <c>for</c> of each element of a line; null when the line does not follow the rule.</summary>
    private static List<IPAddress?>? Elements(ReadOnlySpan<char> line)
    {
        var (elements, node, isFor) = (new List<IPAddress?>(), (IPAddress?)null, false);
        while (true)
        {
            line = line.TrimStart(" \t");
            if (!TryTakeParameter(ref line, ref node, ref isFor))
            {
                return null;
            }

            line = line.TrimStart(" \t");
            if (line.IsEmpty || line[0] == ',')
            {
                elements.Add(node);
                (node, isFor) = (null, false);
            }
            else if (line[0] != ';')
            {
                return null;
            }

            if (line.IsEmpty)
            {
                return elements;
            }

            line = line[1..];
        }
    }

    /// <summary>Takes the parameter at the beginning of a line, if there is one; false when it does not follow the rule.</summary>
    private static bool TryTakeParameter(ref ReadOnlySpan<char> line, ref IPAddress? node, ref bool isFor)
    {
        var equals = line.IndexOfAny("=,;");
        if (equals <= 0 || line[equals] != '=')
        {
            return equals == 0 || line.IsEmpty;
        }

        var name = line[..equals];
        line = line[(equals + 1)..];
        if (!IsToken(name) || !TryTakeValue(ref line, out var value))
        {
            return false;
        }

        if (name.Equals("for", StringComparison.OrdinalIgnoreCase))
        {
            if (isFor)
            {
                return false;
            }

            (node, isFor) = (Read(value), true);
        }

        return true;
    }

    private static bool TryTakeValue(ref ReadOnlySpan<char> line, out string value)
    {
        value = "";
        if (!line.StartsWith('"'))
        {
            var end = line.IndexOfAny(" \t,;");
            var token = end < 0 ? line : line[..end];
            value = token.ToString();
            line = line[token.Length..];
            return IsToken(token) || Read(token) is not null;
        }

        var text = new System.Text.StringBuilder();
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                value = text.ToString();
                line = line[(i + 1)..];
                return true;
            }

            i += line[i] == '\\' ? 1 : 0;
            text.Append(i < line.Length ? line[i] : "");
        }

        return false;
    }

    private static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty
        && text.IndexOfAnyExcept("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") < 0;
}
