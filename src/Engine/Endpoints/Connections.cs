using Microsoft.AspNetCore.Connections;

namespace HealthAgent.Endpoints;

/// <summary>
/// The open connections of callers. Each needs a file descriptor, as does each run of a check; so there are no more than leave room for
/// runs. When a further caller connects, the connection that has been idle for longest is closed: a probe gets in however many idle there
/// are.
/// </summary>
/// <param name="most">How many there may be at once; at least one. Asked for each connection, since a reload may change it.</param>
internal sealed class Connections(Func<int> most)
{
    /// <summary>How many there may be beyond the most: those that are being closed, or are accepted and not served yet.</summary>
    public const int MostPassing = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<Held> _open = [];
    private TaskCompletionSource? _room;
    private int _entered;
    private long _uses;

    /// <summary>How many there may be at once.</summary>
    public int Most => most();

    /// <summary>
    /// Waits until a further connection may be accepted, and counts it until <see cref="Leave"/>. Until then callers wait in the queue of
    /// the operating system, which costs no file descriptor.
    /// </summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        while (!TryEnter(out var room))
        {
            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Notes that a connection is closed, or that none was accepted.</summary>
    public void Leave()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _entered--;
            (room, _room) = (_room, null);
        }

        room?.SetResult();
    }

    /// <summary>Serves a connection until it ends.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var held = new Held(this, connection);
        connection.Features.Set(held);
        Add(held);
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(held);
            }
        }
    }

    /// <summary>Notes that the connection of a request is in use.</summary>
    public static Task NoteUse(HttpContext context, RequestDelegate next)
    {
        context.Features.Get<Held>()?.Use();
        return next(context);
    }

    /// <summary>Counts one more; false where there is no room, with what to wait for.</summary>
    private bool TryEnter(out Task room)
    {
        var allowed = Most + MostPassing;
        lock (_lock)
        {
            if (_entered < allowed)
            {
                _entered++;
                room = Task.CompletedTask;
                return true;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            return false;
        }
    }

    private void Add(Held held)
    {
        var allowed = Most;
        List<Held> idle = [];
        lock (_lock)
        {
            while (_open.Count >= allowed)
            {
                var longest = _open.MinBy(one => (one.IsOccupied, one.LastUse))!;
                _open.Remove(longest);
                idle.Add(longest);
            }

            _open.Add(held);
        }

        idle.ForEach(static one => one.Close());
    }

    /// <summary>
    /// An open connection. It is in use when it is accepted, when a request arrives, and whenever its client takes a part of an answer.
    /// </summary>
    public sealed class Held
    {
        private readonly Connections _connections;
        private readonly ConnectionContext _connection;
        private long _lastUse;
        private int _occupied;

        /// <summary>Holds a connection that was accepted just now.</summary>
        public Held(Connections connections, ConnectionContext connection)
        {
            (_connections, _connection) = (connections, connection);
            Use();
        }

        /// <summary>The number of its last use, among those of all connections.</summary>
        public long LastUse => Volatile.Read(ref _lastUse);

        /// <summary>Notes that it is in use.</summary>
        public void Use() => Volatile.Write(ref _lastUse, Interlocked.Increment(ref _connections._uses));

        /// <summary>Whether an answer is going on that has no end, as that of a stream: it is closed last.</summary>
        public bool IsOccupied => Volatile.Read(ref _occupied) > 0;

        /// <summary>Notes that such an answer goes on, until the result is disposed.</summary>
        public IDisposable Occupy()
        {
            Interlocked.Increment(ref _occupied);
            return new Occupied(this);
        }

        private sealed class Occupied(Held held) : IDisposable
        {
            public void Dispose() => Interlocked.Decrement(ref held._occupied);
        }

        /// <summary>Closes it, with whatever it is doing.</summary>
        public void Close() => _connection.Abort(new ConnectionAbortedException("closed to make room for another caller"));
    }
}
