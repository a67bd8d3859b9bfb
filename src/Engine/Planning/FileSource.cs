using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>The configuration file as a source: checks, maintenance windows and the settings of the agent.</summary>
/// <param name="file">The file.</param>
/// <param name="kinds">The kinds that it may name.</param>
/// <param name="environment">The environment variables.</param>
/// <param name="written">Sees what is written each time it is read: a plan keeps only what follows from it.</param>
internal sealed class FileSource(
    ConfigurationFile file, KindIndex kinds, Func<string, string?> environment, Action<AgentOptions>? written = null) : IPlanSource
{
    private readonly Lock _gate = new();
    private FileWatch? _watch;

    /// <inheritdoc />
    public string Name => file.Name;

    /// <summary>The files that were read last, also those that are missing or that a configuration with errors names.</summary>
    public IReadOnlyList<FileSeen> FilesSeen { get; private set; } = [];

    /// <inheritdoc />
    public Task<PlanPart> ReadAsync(CancellationToken cancellationToken)
    {
        var (errors, files) = (new ConfigurationErrors(file.Name), new FilesRead());
        var options = file.Read(errors, environment, files);
        if (options is not null)
        {
            written?.Invoke(options);
        }

        var part = options is null ? new PlanPart(this, errors) : PartOf(options, errors);
        lock (_gate)
        {
            // Settings are read as checks are planned, so only now all files were.
            FilesSeen = [.. files.Seen];
            _watch?.Watch(FilesSeen);
        }

        return Task.FromResult(part);
    }

    /// <inheritdoc />
    public async Task WatchAsync(Action changed, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var watch = new FileWatch(clock);
        lock (_gate)
        {
            _watch = watch;
            watch.Watch(FilesSeen);
        }

        try
        {
            while (true)
            {
                await watch.WaitForChangeAsync(cancellationToken);
                changed();
            }
        }
        finally
        {
            lock (_gate)
            {
                _watch = null;
            }
        }
    }

    /// <summary>What is written, planned; what is wrong is noted.</summary>
    internal PlanPart PartOf(AgentOptions options, ConfigurationErrors errors) => new(this, errors)
    {
        // Names that are written twice are errors already.
        Checks = [.. Planner.Plan(options, kinds, errors).DistinctBy(check => check.Name, StringComparer.Ordinal)],
        Maintenance = MaintenanceWindow.Plan(options),
        Settings = AgentPlan.Resolve(file.Name, options, kinds, environment, errors),
    };
}
