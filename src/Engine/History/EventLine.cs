using System.Buffers.Text;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace HealthAgent.History;

/// <summary>
/// One line of the file of events: a checksum of what follows it, and that. A line that was cut off, or of which bits changed, is no line.
/// </summary>
/// <remarks>Rule: CRC-32C, RFC 3720, 12.1, as eight hexadecimal digits.</remarks>
internal static class EventLine
{
    private const int LengthOfSum = 8;
    private const byte Blank = (byte)' ', LineFeed = (byte)'\n';

    /// <summary>Writes the line that begins a file: the id of the event before the first.</summary>
    public static void WriteBeginning(Stream file, string before) => Write(file, Encoding.ASCII.GetBytes(before));

    /// <summary>Writes the line of an event.</summary>
    public static void Write(Stream file, AgentEvent one) =>
        Write(file, [.. Encoding.ASCII.GetBytes($"{one.Id} {one.Name} "), .. one.Data.Span]);

    /// <summary>What a line holds; empty where it is none.</summary>
    /// <param name="line">The line, without its line feed.</param>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> line) =>
        line.Length > LengthOfSum && line[LengthOfSum] == Blank
        && Utf8Parser.TryParse(line[..LengthOfSum], out uint sum, out var read, 'x') && read == LengthOfSum
        && sum == Sum(line[(LengthOfSum + 1)..])
            ? line[(LengthOfSum + 1)..]
            : [];

    /// <summary>The event of what a line holds; null where it is none.</summary>
    public static AgentEvent? Event(ReadOnlySpan<byte> held)
    {
        var first = held.IndexOf(Blank);
        var second = first < 0 ? -1 : held[(first + 1)..].IndexOf(Blank);
        if (second < 0)
        {
            return null;
        }

        var id = Encoding.ASCII.GetString(held[..first]);
        var name = Encoding.ASCII.GetString(held.Slice(first + 1, second));
        var data = held[(first + second + 2)..].ToArray();
        return Subject(data, out var about) ? new AgentEvent(EventRing.SequenceOf(id), id, name, about, data) : null;
    }

    private static bool Subject(byte[] data, out EventSubject? about)
    {
        about = null;
        try
        {
            using var json = JsonDocument.Parse(data);
            if (json.RootElement.TryGetProperty("name", out var check))
            {
                var group = json.RootElement.TryGetProperty("group", out var written) ? written.GetString() : null;
                about = new EventSubject(
                    check.GetString()!, group, TierNames.Tiers[json.RootElement.GetProperty("tier").GetString()!]);
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or ArgumentNullException)
        {
            return false;
        }
    }

    private static void Write(Stream file, ReadOnlySpan<byte> held)
    {
        Span<byte> sum = stackalloc byte[LengthOfSum + 1];
        Utf8Formatter.TryFormat(Sum(held), sum, out _, new('x', LengthOfSum));
        sum[LengthOfSum] = Blank;
        file.Write(sum);
        file.Write(held);
        file.WriteByte(LineFeed);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return ~sum;
    }
}
