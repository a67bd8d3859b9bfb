using System.Diagnostics.Metrics;
using HealthAgent.Files;
using HealthAgent.Planning;

namespace HealthAgent.History;

/// <summary>
/// The one directory of the agent's own, <c>agent.history.path</c>: documents that are written whole or not at all. Whatever happens to it,
/// the agent goes on in memory, reports it once, and writes again when it can. Without a path nothing is kept.
/// </summary>
internal sealed class StateDirectory : IMetricsSource, IDisposable
{
    /// <summary>How long a disk may take before the agent goes on without it.</summary>
    public static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(5);

    private const int LargestDocument = 256 * 1024 * 1024;

    private readonly TimeProvider _clock;
    private readonly DirectoryLock? _lock;
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _unsaved = new(StringComparer.Ordinal);
    private readonly DiskStatus _status;

    /// <summary>Takes the directory for this agent. One that cannot be used now is reported, and used when it can be.</summary>
    /// <exception cref="StateInUseException">Another agent uses it.</exception>
    public StateDirectory(AgentPlan plan, TimeProvider clock, ILogger<StateDirectory> logger)
    {
        (_clock, _status) = (clock, new DiskStatus(plan.HistoryPath, logger));
        if (plan.HistoryPath is not { } path)
        {
            return;
        }

        _lock = new DirectoryLock(path);
        try
        {
            _lock.Take();
        }
        catch (Exception e) when (DiskRemedy.IsOfTheDisk(e))
        {
            if (DirectoryLock.IsHeldByAnother(e))
            {
                throw new StateInUseException($"{plan.Source}: agent.history.path: {_lock.DescribeHolder()}");
            }

            _status.Failed(e);
        }
    }

    /// <summary>Whether anything is kept.</summary>
    public bool IsGiven => _lock is not null;

    /// <summary>Whether the latest attempt to write failed.</summary>
    public bool IsFailing => _status.IsFailing;

    /// <summary>
    /// Reads a document. Null where there is none, or where it cannot be read, which is reported. For the start: it waits for the disk.
    /// </summary>
    /// <param name="name">The document's name, a plain file name.</param>
    public byte[]? Read(string name)
    {
        try
        {
            return _lock is { IsTaken: true } ? RegularFile.ReadBytes(Path.Combine(_lock.Folder, name), LargestDocument) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (DiskRemedy.IsOfTheDisk(e))
        {
            _status.Failed(e);
            return null;
        }
    }

    /// <summary>
    /// Writes a document, whole or not at all: after a crash there is the previous one, or this one. What could not be written is held in
    /// memory and tried again until it is, or until there is a newer one of the name. By any thread, one after the other.
    /// </summary>
    /// <param name="name">The document's name, a plain file name.</param>
    /// <param name="bytes">All of it.</param>
    /// <returns>Whether it is on the disk now.</returns>
    public Task<bool> SaveAsync(string name, ReadOnlyMemory<byte> bytes)
    {
        lock (_unsaved)
        {
            _unsaved[name] = bytes;
        }

        return TryAsync(folder => SaveUnsaved(folder, name));
    }

    /// <summary>Tries again what could not be written. To be called now and then.</summary>
    public async Task RetryAsync()
    {
        string[] names;
        lock (_unsaved)
        {
            names = [.. _unsaved.Keys];
        }

        foreach (var name in names)
        {
            await TryAsync(folder => SaveUnsaved(folder, name));
        }
    }

    /// <summary>
    /// Does something to the directory, one after the other. False where it failed, which is reported, or took longer than
    /// <see cref="LongestWrite"/>, and is still going on; always false without a path.
    /// </summary>
    /// <param name="act">What is done, with the path of the directory; it may throw what files throw.</param>
    public async Task<bool> TryAsync(Action<string> act)
    {
        if (_lock is null)
        {
            return false;
        }

        using var givenUp = new CancellationTokenSource();
        try
        {
            return await ActAsync(_lock, act, givenUp.Token).WaitAsync(LongestWrite, _clock);
        }
        catch (TimeoutException e)
        {
            // What waits behind one that hangs does not pile up.
            await givenUp.CancelAsync();
            _status.Failed(e);
            return false;
        }
    }

    /// <inheritdoc />
    public void PublishOn(Meter meter) => _status.PublishOn(meter);

    /// <inheritdoc />
    public void Dispose()
    {
        _lock?.Dispose();
        _one.Dispose();
    }

    private async Task<bool> ActAsync(DirectoryLock held, Action<string> act, CancellationToken givenUp)
    {
        await _one.WaitAsync(givenUp);
        try
        {
            await Task.Run(() =>
            {
                held.Take();
                act(held.Folder);
            }, CancellationToken.None);
            _status.Succeeded();
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, it must not end the agent, which goes on in memory.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _status.Failed(e);
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private void SaveUnsaved(string folder, string name)
    {
        ReadOnlyMemory<byte> bytes;
        lock (_unsaved)
        {
            if (!_unsaved.TryGetValue(name, out bytes))
            {
                return;
            }
        }

        WholeFile.Write(Path.Combine(folder, name), stream => stream.Write(bytes.Span));
        lock (_unsaved)
        {
            if (_unsaved.TryGetValue(name, out var latest) && latest.Equals(bytes))
            {
                _unsaved.Remove(name);
            }
        }
    }
}
