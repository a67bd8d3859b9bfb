using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthAgent.Unit.Support;

/// <summary>A peer that does with each connection what a test says: hang, lie, drip, close in the middle.</summary>
internal sealed class TcpTarget : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    public TcpTarget(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends when the peer is in the midst of what this one does to it.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Accepts and says nothing; reached when something was sent to it.</summary>
    public static TcpTarget Hanging() => Reachable(async (stream, reached, stop) =>
    {
        if (await stream.ReadAsync(new byte[1], stop) > 0)
        {
            reached();
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    });

    /// <summary>
    /// Waits for a request, answers with a head and a body that never ends; reached when more of it was taken than the buffers between
    /// them hold, so that the peer is reading.
    /// </summary>
    public static TcpTarget Endless(string head) => Reachable(async (stream, reached, stop) =>
    {
        await ReadRequestAsync(stream, stop);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), stop);
        var piece = Encoding.Latin1.GetBytes(new string('x', 1024 * 1024));
        for (var written = 0; written < 32; written++)
        {
            await stream.WriteAsync(piece, stop);
        }

        reached();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    });

    /// <summary>Accepts and closes at once.</summary>
    public static TcpTarget Closing() => new((_, _) => Task.CompletedTask);

    /// <summary>Waits for a request and resets the connection.</summary>
    public static TcpTarget Resetting() => new(async (stream, stop) =>
    {
        await ReadRequestAsync(stream, stop);
        stream.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        stream.Socket.Close();
    });

    /// <summary>Waits for a request and answers with a text, whatever was asked; then closes.</summary>
    public static TcpTarget Saying(string answer) => Answering(_ => answer);

    /// <summary>
    /// Answers the first bytes of any protocol with everything, and waits for more before it closes. PORT stands for its own port.
    /// </summary>
    public static TcpTarget SayingAtOnce(string answers) => new(async (stream, stop) =>
    {
        var asked = new byte[1024];
        _ = await stream.ReadAsync(asked, stop);
        var port = ((IPEndPoint)stream.Socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answers.Replace("PORT", port, StringComparison.Ordinal)), stop);
        stream.Socket.Shutdown(SocketShutdown.Send);
        _ = await stream.ReadAsync(asked, stop);
    });

    /// <summary>Waits for a request and answers by its head, byte by byte as written; then closes.</summary>
    public static TcpTarget Answering(Func<string, string> answer) => new(async (stream, stop) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(await ReadRequestAsync(stream, stop))), stop));

    /// <summary>Waits for a request and answers with a head, and then with a piece again and again; reached by the request.</summary>
    public static TcpTarget Dripping(string head, string piece, TimeSpan pause) => Reachable(async (stream, reached, stop) =>
    {
        await ReadRequestAsync(stream, stop);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), stop);
        reached();
        while (!stop.IsCancellationRequested)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(piece), stop);
            await Task.Delay(pause, TimeProvider.System, stop);
        }
    });

    /// <summary>A port that refuses, held so that nobody else takes it.</summary>
    public static Socket Refusing(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static TcpTarget Reachable(Func<NetworkStream, Action, CancellationToken, Task> serve)
    {
        TcpTarget target = null!;
        target = new TcpTarget((stream, stop) => serve(stream, () => target._reached.TrySetResult(), stop));
        return target;
    }

    private static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken stop)
    {
        var read = new StringBuilder();
        var buffer = new byte[1024];
        while (!read.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, stop);
            if (count == 0)
            {
                break;
            }

            read.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return read.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        // The listener is stopped last: an accept that starts after would throw.
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeOneAsync(await _listener.AcceptSocketAsync(_stop.Token), serve));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeOneAsync(Socket socket, Func<NetworkStream, CancellationToken, Task> serve)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await serve(stream, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The peer went away, or the test is over.
        }
    }
}
