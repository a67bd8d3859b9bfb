namespace HealthAgent.Memory;

/// <summary>
/// How many bytes runs may hold at once. A run takes all that it will need in one step, waits in line while there is no room, and
/// gives it back at its end: since none waits while it holds a part of what it waits for, they cannot block each other.
/// </summary>
internal sealed class MemoryBudget(long limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Room)> _waiting = new();
    private long _limit = limit;
    private long _held;
    private long _waits;

    /// <summary>The bytes that may be held at once. What is held beyond a new limit stays until it is given back.</summary>
    public long Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }

        set
        {
            lock (_lock)
            {
                _limit = value;
                Admit();
            }
        }
    }

    /// <summary>The bytes held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>How many times somebody had to wait in line so far.</summary>
    public long Waits => Volatile.Read(ref _waits);

    /// <summary>Whether somebody waits in line.</summary>
    public bool IsWaitedFor
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Takes so many bytes; first come, first served.</summary>
    /// <exception cref="OperationCanceledException">There was no room in time.</exception>
    public Task TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Room)> entry;
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _held += bytes;
                return Task.CompletedTask;
            }

            _waits++;
            entry = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        return WaitAsync(entry, cancellationToken);
    }

    /// <summary>Gives bytes back.</summary>
    public void GiveBack(long bytes)
    {
        lock (_lock)
        {
            _held -= bytes;
            Admit();
        }
    }

    private async Task WaitAsync(LinkedListNode<(long Bytes, TaskCompletionSource Room)> entry, CancellationToken cancellationToken)
    {
        await using var leave = cancellationToken.UnsafeRegister(_ => Leave(entry, cancellationToken), null);
        await entry.Value.Room.Task;
    }

    private void Leave(LinkedListNode<(long Bytes, TaskCompletionSource Room)> entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (entry.Value.Room.TrySetCanceled(cancellationToken))
            {
                _waiting.Remove(entry);
                Admit();
            }
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } first && Fits(first.Value.Bytes))
        {
            _held += first.Value.Bytes;
            _waiting.RemoveFirst();
            first.Value.Room.SetResult();
        }
    }

    // What is larger than the whole budget, since the limit was lowered while it waited, runs alone.
    private bool Fits(long bytes) => _held == 0 || _held + bytes <= _limit;
}
