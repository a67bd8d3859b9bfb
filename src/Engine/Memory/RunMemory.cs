using HealthAgent.Checks;

namespace HealthAgent.Memory;

/// <summary>
/// What one try of a run holds of bodies. It is given back when this is disposed of: after the result was judged, and not before the check
/// itself came to its end, however late.
/// </summary>
internal sealed class RunMemory(BodyMemory all) : IDisposable
{
    private static readonly AsyncLocal<RunMemory?> OfRun = new();

    private List<IDisposable>? _held;

    /// <summary>That of the run under way.</summary>
    /// <exception cref="InvalidOperationException">There is no run.</exception>
    public static RunMemory Current => OfRun.Value ?? throw new InvalidOperationException("no run is under way");

    /// <summary>The memory of all bodies.</summary>
    public BodyMemory All => all;

    /// <summary>Begins a run, up to the end of the asynchronous method that calls this.</summary>
    public static RunMemory Begin(BodyMemory all) => OfRun.Value = new RunMemory(all);

    /// <summary>Keeps something until the run was judged.</summary>
    public T Hold<T>(T held) where T : IDisposable
    {
        (_held ??= []).Add(held);
        return held;
    }

    /// <summary>Waits for room in a part of the memory, and holds it.</summary>
    /// <param name="part">The part.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="purpose">What for, for the reason of a fail.</param>
    /// <param name="cancellationToken">The deadline of the run.</param>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.ResourceExhausted"/>: there was no room until the deadline, or never is.</exception>
    public async ValueTask ReserveAsync(MemoryBudget part, long bytes, string purpose, CancellationToken cancellationToken)
    {
        if (bytes > part.Limit)
        {
            all.NoteFailure();
            throw new CheckFailedException(
                ErrorType.ResourceExhausted, $"{purpose} needs {Units.FormatSize(bytes)}: agent.memory ({Units.FormatSize(all.Limit)}) allows {Units.FormatSize(part.Limit)}");
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
                $"no room for {purpose} within the timeout: it needs {Units.FormatSize(bytes)}, and other runs hold {Units.FormatSize(part.Held)} of agent.memory ({Units.FormatSize(all.Limit)})",
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
