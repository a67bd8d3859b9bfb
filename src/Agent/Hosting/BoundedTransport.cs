using System.Net;
using HealthAgent.Endpoints;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// Sockets as Kestrel has them, but a connection is accepted only when there is room for it. Kestrel accepts as fast as callers connect,
/// and closes what it accepted when a thread is free: on a busy machine a burst of callers would take every file descriptor.
/// </summary>
internal sealed class BoundedTransport(IOptions<SocketTransportOptions> options, ILoggerFactory loggers, Connections connections)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);

    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    /// <inheritdoc />
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), connections);

    private sealed class Listener(IConnectionListener sockets, Connections connections) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await connections.EnterAsync(_unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            ConnectionContext? accepted = null;
            try
            {
                accepted = await sockets.AcceptAsync(cancellationToken);
                return accepted is null ? null : new Accepted(accepted, connections);
            }
            finally
            {
                if (accepted is null)
                {
                    connections.Leave();
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await sockets.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await sockets.DisposeAsync();
            _unbound.Dispose();
        }
    }

    /// <summary>A connection that is counted until its socket is closed.</summary>
    private sealed class Accepted(ConnectionContext socket, Connections connections) : ConnectionContext
    {
        public override string ConnectionId { get => socket.ConnectionId; set => socket.ConnectionId = value; }

        public override IFeatureCollection Features => socket.Features;

        public override IDictionary<object, object?> Items { get => socket.Items; set => socket.Items = value; }

        public override System.IO.Pipelines.IDuplexPipe Transport { get => socket.Transport; set => socket.Transport = value; }

        public override CancellationToken ConnectionClosed
        {
            get => socket.ConnectionClosed;
            set => socket.ConnectionClosed = value;
        }

        public override EndPoint? LocalEndPoint { get => socket.LocalEndPoint; set => socket.LocalEndPoint = value; }

        public override EndPoint? RemoteEndPoint { get => socket.RemoteEndPoint; set => socket.RemoteEndPoint = value; }

        public override void Abort(ConnectionAbortedException abortReason) => socket.Abort(abortReason);

        public override void Abort() => socket.Abort();

        public override async ValueTask DisposeAsync()
        {
            await socket.DisposeAsync();
            await base.DisposeAsync();
            connections.Leave();
        }
    }
}
