using HealthAgent.Checks;

namespace HealthAgent.Memory;

/// <summary>
/// Memory held by one attempt of a run. Disposed after the result was evaluated and the check itself has returned, however late.
/// </summary>
internal sealed class RunMemory(BodyMemory all) : IDisposable
{
    private static readonly AsyncLocal<RunMemory?> OfRun = new();

    private List<IDisposable>? _held;

    /// <summary>The memory of the current run.</summary>
    /// <exception cref="InvalidOperationException">There is no run.</exception>
    public static RunMemory Current => OfRun.Value ?? throw new InvalidOperationException("no run in progress");

    /// <summary>The memory of all bodies.</summary>
    public BodyMemory All => all;

    /// <summary>Begins a run, for the duration of the calling asynchronous method.</summary>
    public static RunMemory Begin(BodyMemory all) => OfRun.Value = new RunMemory(all);

    /// <summary>Keeps an object until the run is disposed.</summary>
    public T Hold<T>(T held) where T : IDisposable
    {
        (_held ??= []).Add(held);
        return held;
    }

    /// <summary>Reserves memory and holds it for the run.</summary>
    /// <param name="part">The budget to reserve from.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="purpose">What for, used in the error message.</param>
    /// <param name="cancellationToken">Cancelled at the run's deadline.</param>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: not available before the deadline, or
    /// ever.</exception>
    public async ValueTask ReserveAsync(MemoryBudget part, long bytes, string purpose, CancellationToken cancellationToken)
    {
        if (bytes > part.Limit)
        {
            all.NoteFailure();
            throw new CheckFailedException(
                ErrorType.ResourceExhausted,
                $"{purpose} needs {Units.FormatSize(bytes)}; "
                + $"agent.memory ({Units.FormatSize(all.Limit)}) allows {Units.FormatSize(part.Limit)}");
        }

        try
        {
            await part.TakeAsync(bytes, cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            all.NoteFailure();
            throw new CheckFailedException(
                ErrorType.ResourceExhausted,
                $"timed out waiting for memory for {purpose}: {Units.FormatSize(bytes)} needed, "
                + $"{Units.FormatSize(part.Held)} of agent.memory ({Units.FormatSize(all.Limit)}) in use by other runs",
                inner: e);
        }

        Hold(new Reservation(part, bytes));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        for (var i = (_held?.Count ?? 0) - 1; i >= 0; i--)
        {
            _held![i].Dispose();
        }

        _held = null;
    }

    private sealed class Reservation(MemoryBudget part, long bytes) : IDisposable
    {
        public void Dispose() => part.GiveBack(bytes);
    }
}
