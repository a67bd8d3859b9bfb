using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthAgent.Integration.Support;

/// <summary>
/// A name server on loopback, at the port that resolvers ask. Each question for an IPv4 address is answered by the next of a name's
/// addresses, the last one again and again, and none may be kept.
/// </summary>
/// <remarks>Rule: RFC 1035, section 4.1.</remarks>
internal sealed class DnsServer : IDisposable
{
    /// <summary>Where it answers.</summary>
    public const string Address = "127.0.0.77";

    private const int HeaderLength = 12;
    private const ushort TypeA = 1;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Parse(Address), 53));
    private readonly ConcurrentDictionary<string, string[]> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.OrdinalIgnoreCase);

    public DnsServer() => _ = ServeAsync();

    /// <summary>Gives a name its addresses, one for each question.</summary>
    public void Set(string name, params string[] addresses)
    {
        _names[name] = addresses;
        _asked[name] = 0;
    }

    /// <summary>How often a name's IPv4 address was asked for.</summary>
    public int Asked(string name) => _asked.GetValueOrDefault(name);

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync();
                await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private byte[] Answer(byte[] query)
    {
        var (name, end) = NameAt(query, HeaderLength);
        var question = query.AsSpan(HeaderLength, end + 4 - HeaderLength);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end));
        var address = type == TypeA && _names.TryGetValue(name, out var addresses)
            ? IPAddress.Parse(addresses[Math.Min(_asked.AddOrUpdate(name, 1, (_, times) => times + 1), addresses.Length) - 1])
            : null;
        var answer = new List<byte>();
        answer.AddRange(query[..2]);

        // A response, recursive, without error, or, for a name that is unknown, with that.
        answer.AddRange([0x81, (byte)(_names.ContainsKey(name) ? 0x80 : 0x83), 0, 1, 0, (byte)(address is null ? 0 : 1), 0, 0, 0, 0]);
        answer.AddRange(question);
        if (address is not null)
        {
            // The name of the question, A, IN, not to be kept.
            answer.AddRange([0xC0, HeaderLength, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, .. address.GetAddressBytes()]);
        }

        return [.. answer];
    }

    private static (string Name, int End) NameAt(byte[] query, int at)
    {
        var labels = new List<string>();
        for (; query[at] > 0; at += query[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        }

        return (string.Join('.', labels), at + 1);
    }
}
