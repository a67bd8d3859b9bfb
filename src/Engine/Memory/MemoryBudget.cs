namespace HealthAgent.Memory;

/// <summary>
/// Limits the bytes held by runs. A run reserves all it needs in one step, waits in line if necessary, and releases at its end: no run
/// waits while holding a part, so runs cannot deadlock.
/// </summary>
internal sealed class MemoryBudget(long limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Room)> _waiting = new();
    private long _limit = limit;
    private long _held;
    private long _waits;

    /// <summary>The limit in bytes. Lowering it does not revoke what is held.</summary>
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

    /// <summary>The bytes currently held.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>How many reservations had to wait.</summary>
    public long Waits => Volatile.Read(ref _waits);

    /// <summary>Whether a reservation is waiting.</summary>
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

    /// <summary>Reserves bytes, first come, first served.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
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

    /// <summary>Releases bytes.</summary>
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

    // A reservation larger than the limit, which was lowered while it waited, runs alone.
    private bool Fits(long bytes) => _held == 0 || _held + bytes <= _limit;
}
