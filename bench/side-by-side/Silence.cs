using System.Net;
using System.Net.Sockets;

namespace HealthAgent.SideBySide;

/// <summary>A dependency that hangs: it accepts connections, and that is all.</summary>
internal static class Silence
{
    public static async Task RunAsync(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(backlog: 4096);
        var buffer = new byte[1024];
        while (true)
        {
            _ = HoldAsync(await listener.AcceptSocketAsync());
        }

        // Until the other side has had enough.
        async Task HoldAsync(Socket socket)
        {
            using (socket)
            {
                try
                {
                    while (await socket.ReceiveAsync(buffer) > 0)
                    {
                    }
                }
                catch (SocketException)
                {
                    // It left in a hurry.
                }
            }
        }
    }
}
