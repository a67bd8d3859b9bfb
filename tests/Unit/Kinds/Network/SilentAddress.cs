using System.Net;
using System.Net.Sockets;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>An address that answers no attempt to connect: its backlog is full, and Linux drops what comes then.</summary>
internal sealed class SilentAddress : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public SilentAddress(string address, int port)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lets a full backlog hang");
        var listener = New();
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        listener.Listen(0);
        for (var i = 0; i < 3; i++)
        {
            var waiting = New();
            waiting.Blocking = false;
            try
            {
                waiting.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException)
            {
                // Under way, which is what fills it.
            }
        }
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private Socket New()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }
}
