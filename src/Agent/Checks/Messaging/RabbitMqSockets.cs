using System.Collections.Concurrent;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace HealthAgent.Checks.Messaging;

/// <summary>The sockets of one run. The driver leaves them open when a login is never answered.</summary>
internal sealed class RabbitMqSockets : IDisposable
{
    private readonly ConcurrentBag<Socket> _opened = [];

    /// <summary>Makes a socket as the driver would.</summary>
    public TcpClientAdapter Open(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _opened.Add(socket);
        return new TcpClientAdapter(socket);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var socket in _opened)
        {
            socket.Dispose();
        }
    }
}
