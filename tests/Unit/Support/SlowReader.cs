using System.Net.Sockets;
using System.Text;

namespace HealthAgent.Unit.Support;

/// <summary>A client that asks, reads the first line of the answer, and no more until it is let.</summary>
internal sealed class SlowReader : IDisposable
{
    // Small, so that the kernel holds little of the answer for it.
    private const int ReceiveBuffer = 4096;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBuffer };

    private SlowReader()
    {
    }

    /// <summary>Connects and asks nothing.</summary>
    public static async Task<SlowReader> ConnectAsync(Uri agent)
    {
        var reader = new SlowReader();
        await reader._socket.ConnectAsync(agent.Host, agent.Port, TestContext.Current.CancellationToken);
        return reader;
    }

    /// <summary>Asks, and waits until the answer begins.</summary>
    public static async Task<SlowReader> AskAsync(Uri agent, string path, string headers = "")
    {
        var reader = await ConnectAsync(agent);
        (await reader.AskAsync(path, headers)).ShouldStartWith("HTTP/1.1 ");
        return reader;
    }

    /// <summary>Asks on the connection, and gives the beginning of the answer, or nothing where the connection is closed.</summary>
    public async Task<string> AskAsync(string path, string headers = "")
    {
        try
        {
            await _socket.SendAsync(
                Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"), TestContext.Current.CancellationToken);
            var first = new byte[16];
            var read = await _socket.ReceiveAsync(first, TestContext.Current.CancellationToken).AsTask().Ends();
            return Encoding.ASCII.GetString(first, 0, read);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <summary>
    /// Reads on for as long as bytes come and at most so many; how many came, and whether the agent closed the connection.
    /// </summary>
    public async Task<(long Bytes, bool Closed)> ReadAsync(long most)
    {
        var (buffer, bytes) = (new byte[1024 * 1024], 0L);
        try
        {
            while (bytes < most)
            {
                var read = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().Ends();
                if (read == 0)
                {
                    return (bytes, Closed: true);
                }

                bytes += read;
            }
        }
        catch (SocketException)
        {
            return (bytes, Closed: true);
        }

        return (bytes, Closed: false);
    }

    public void Dispose() => _socket.Dispose();
}
