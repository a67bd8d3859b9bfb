using System.Net;
using System.Net.Sockets;

namespace HealthAgent.Integration.Support;

/// <summary>
/// A proxy on loopback that cuts its clients off: the server gets what was sent, the client gets no answer to it, as if it had been killed
/// at that moment.
/// </summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _server;
    private readonly int _last;
    private readonly bool _waits;
    private readonly Task _serving;
    private int _messages;

    /// <summary>Starts one.</summary>
    /// <param name="server">The server's port.</param>
    /// <param name="last">The message of the client, counted over all connections, after which it is cut off.</param>
    /// <param name="waits">
    /// Whether the server is given the time to do what it was sent and to close; where not, its side is closed at once, too.
    /// </param>
    public CutProxy(int server, int last = int.MaxValue, bool waits = true)
    {
        (_server, _last, _waits) = (server, last, waits);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many messages clients sent; what arrives at once is one.</summary>
    public int Messages => Volatile.Read(ref _messages);

    /// <summary>Ends when every connection has: one that waits when the server has closed its side, having done what it was sent.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        using var client = accepted;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        if (Messages >= _last)
        {
            return;
        }

        await server.ConnectAsync(IPAddress.Loopback, _server);
        var down = DownAsync(server, client);
        var buffer = new byte[64 * 1024];
        while (await ReceiveAsync(client, buffer) is > 0 and var count)
        {
            var isLast = Interlocked.Increment(ref _messages) >= _last;
            if (isLast)
            {
                client.Dispose();
            }

            await server.SendAsync(buffer.AsMemory(0, count));
            if (isLast)
            {
                break;
            }
        }

        if (_waits)
        {
            server.Shutdown(SocketShutdown.Send);
        }
        else
        {
            server.Dispose();
        }

        await down;
    }

    /// <summary>Forwards what the server says until it closes; once the client is gone, to nobody.</summary>
    private static async Task DownAsync(Socket server, Socket client)
    {
        var buffer = new byte[64 * 1024];
        while (await ReceiveAsync(server, buffer) is > 0 and var count)
        {
            try
            {
                await client.SendAsync(buffer.AsMemory(0, count));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The client was cut off.
            }
        }
    }

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
