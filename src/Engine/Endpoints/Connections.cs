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
    // While so many that were aborted are not closed yet, further callers wait for one of them to be, and beyond as many more are refused.
    private const int MostClosing = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<Held> _open = [];
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _served;
    private long _uses;

    /// <summary>How many there may be at once.</summary>
    public int Most => most();

    /// <summary>Serves a connection until it is closed.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var held = new Held(this, connection);
        connection.Features.Set(held);
        while (!TryAdd(held, out var wait))
        {
            if (wait is null)
            {
                held.Close();
                return;
            }

            await wait;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Remove(held);
        }
    }

    /// <summary>Notes that the connection of a request is in use.</summary>
    public static Task NoteUse(HttpContext context, RequestDelegate next)
    {
        context.Features.Get<Held>()?.Use();
        return next(context);
    }

    private void Remove(Held held)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _open.Remove(held);
            _served--;
            _waiting.TryDequeue(out waiting);
        }

        waiting?.SetResult();
    }

    /// <summary>Adds a connection; false when there is no room, with what to wait for, or null when too many wait.</summary>
    private bool TryAdd(Held held, out Task? wait)
    {
        wait = null;
        var allowed = Most;
        List<Held> idle = [];
        lock (_lock)
        {
            if (_served - _open.Count >= MostClosing)
            {
                if (_waiting.Count < MostClosing)
                {
                    var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _waiting.Enqueue(waiting);
                    wait = waiting.Task;
                }

                return false;
            }

            while (_open.Count >= allowed)
            {
                var longest = _open.MinBy(one => (one.IsOccupied, one.LastUse))!;
                _open.Remove(longest);
                idle.Add(longest);
            }

            _open.Add(held);
            _served++;
        }

        idle.ForEach(static one => one.Close());
        return true;
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
