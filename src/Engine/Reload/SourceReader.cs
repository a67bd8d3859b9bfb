using HealthAgent.Planning;

namespace HealthAgent.Reload;

/// <summary>Reads one source while the agent runs: one read at a time, and none longer than a limit.</summary>
/// <param name="first">What was read of it at the start.</param>
/// <param name="clock">The time.</param>
internal sealed class SourceReader(PlanPart first, TimeProvider clock) : IDisposable
{
    /// <summary>The longest that a read is waited for. A hundred thousand checks take a third of it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _one = new(1);
    private PlanPart _latest = first;
    private string? _failure;
    private Task _reading = Task.CompletedTask;

    /// <summary>The source.</summary>
    public IPlanSource Source { get; } = first.Source;

    /// <summary>What was read last.</summary>
    public PlanPart Latest => Volatile.Read(ref _latest);

    /// <summary>Why the last read gave nothing, as an error; null when it did.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>Reads the source. What goes wrong is in <see cref="Failure"/>, and <see cref="Latest"/> stays then.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // One that hung is not joined by another, and it began before what is to be read now.
            await _reading.WaitAsync(Limit, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _failure = _reading.IsCompleted ? await TryReadAsync(cancellationToken) : Silent;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private string Silent => $"{Source.Name}: did not answer within {Units.Format(Limit)}";

    private async Task<string?> TryReadAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = limit.Token;
        // Reading ten thousand checks takes a moment, which belongs to no caller's thread.
        var reading = Task.Run(() => Source.ReadAsync(token), CancellationToken.None);
        _reading = reading;
        try
        {
            Volatile.Write(ref _latest, await reading.WaitAsync(Limit, clock, cancellationToken));
            return null;
        }
        catch (TimeoutException) when (!reading.IsCompleted)
        {
            await limit.CancelAsync();
            return Silent;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever one source throws, the others go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return PlainText.Line($"{Source.Name}: could not be read: {e.Message}");
        }
    }
}
