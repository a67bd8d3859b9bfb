using HealthAgent.Files;
using HealthAgent.Instruments;
using HealthAgent.Planning;
using HealthAgent.Registered;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Yaml;

namespace HealthAgent.Reload;

/// <summary>How a reload ended: what it changed, or, when there are errors, nothing.</summary>
internal sealed record ReloadResult(PlanChange? Change, IReadOnlyList<string> Errors);

/// <summary>
/// Reads the configuration again. The new one is in force whole, or not at all: with any error the former stays.
/// </summary>
internal sealed class Reloader(
    RegisteredChecks registered, Worker worker, StateStore store, IEnumerable<IPlanListener> listeners, FileWatch watch, ReloadStatus status, AgentEvents events) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Reads and applies the configuration, one reload after the other.</summary>
    public async Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Reading ten thousand checks takes a moment, which belongs to no caller's thread.
            return await Task.Run(ReadAndApplyAsync, CancellationToken.None);
        }
        catch
        {
            // It was not taken, for whatever reason.
            status.Rejected();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private async Task<ReloadResult> ReadAndApplyAsync()
    {
        var current = store.Current.Plan;
        var errors = new ConfigurationErrors(current.File.Name);
        var (files, clashes) = (new FilesRead(), new List<string>());
        var written = AgentPlan.Load(current.File, current.Kinds, Environment.GetEnvironmentVariable, errors, files);
        var read = written is null ? null : registered.AddTo(written, clashes);

        // Also those that a rejected configuration names: when a file that it lacks appears, it is tried again.
        watch.Watch(files.Seen);
        if (read is null || clashes.Count > 0)
        {
            IReadOnlyList<string> lines = [.. errors.ToLines(), .. clashes];
            status.Rejected();
            events.ConfigRejected(current.File.Name, lines);
            return new ReloadResult(null, lines);
        }

        var next = read.Keeping(current);
        var change = PlanChange.Between(current, next);
        if (!change.IsNone)
        {
            await worker.ReplaceAsync(next, inForce: () =>
            {
                foreach (var listener in listeners)
                {
                    listener.OnReplaced(next);
                }
            });
        }

        status.Succeeded();
        events.ConfigReloaded(current.File.Name, change);
        return new ReloadResult(change, []);
    }
}
