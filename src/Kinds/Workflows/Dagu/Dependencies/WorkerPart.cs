using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The distributed workers, all or those with the labels written.</summary>
internal sealed class WorkerPart(DaguSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "workers.reason", Asked = "; with `workers` or a condition on it, from version 2 for developers";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("workers", ObservedType.Number, "distributed workers, only those with `workers.labels`" + Asked) { ExplainedBy = Reason },
            new("workers.healthy", ObservedType.Number, "those whose heartbeat is younger than 5 s") { ExplainedBy = Reason },
            new("workers.idle", ObservedType.Number, "free pollers of the healthy ones: how many runs could start at once")
            {
                ExplainedBy = Reason,
            },
            new("workers.missing", ObservedType.Number, "how many of `workers.atLeast` are not healthy") { ExplainedBy = Reason },
            new("workers.missingFor", ObservedType.Duration, "how long some have been missing; 0 while none is") { ExplainedBy = Reason },
            new("workers.errors", ObservedType.Number, "coordinators that did not say which workers they have") { ExplainedBy = Reason },
            new(Reason, ObservedType.Text, "what is missing, in words"),
        ],
        Expect = ["workers.missingFor <= 30s"],
        Warn = ["workers.errors > 0"],
        Create = static (settings, clock) => settings.Dependencies.Workers is not null || settings.AsksFor(Concern!.Values)
            ? new WorkerPart(settings, clock)
            : null,
    };

    private readonly ExpectedWorkers? _expected = settings.Dependencies.Workers;
    private readonly Lasting _missing = new(clock, settings.LongestPause);

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var answer = await run.WorkersAsync(cancellationToken);
        if (answer is null && _expected is null)
        {
            return;
        }

        var workers = (answer?.Workers ?? []).OfType<DaguWorker>().Where(HasLabels).ToList();
        var healthy = workers.FindAll(static worker => worker.HealthStatus == "healthy");
        var errors = (answer?.Errors ?? []).OfType<string>().ToList();
        run.Note("workers", workers.Count);
        run.Note("workers.healthy", healthy.Count);
        run.Note("workers.idle", healthy.Sum(static worker => Math.Max(0, (worker.TotalPollers ?? 0) - (worker.BusyPollers ?? 0))));
        run.Note("workers.errors", errors.Count);
        if (_expected is not null)
        {
            var missing = Math.Max(0, _expected.AtLeast - healthy.Count);
            run.Note("workers.missing", missing);
            run.Note("workers.missingFor", _missing.Note(missing > 0, run.Uptime ?? TimeSpan.Zero));
        }

        if (errors.Count > 0 || healthy.Count < Math.Max(workers.Count, _expected?.AtLeast ?? 1))
        {
            run.Note(Reason, Explain(workers, healthy.Count, errors));
        }
    }

    private bool HasLabels(DaguWorker worker) => _expected is null || _expected.Labels.All(
        label => worker.Labels is { } labels && labels.TryGetValue(label.Key, out var value) && value == label.Value);

    private string Explain(List<DaguWorker> workers, int healthy, List<string> errors)
    {
        var of = _expected is { } wanted ? $"{healthy} of {wanted.AtLeast}" : $"{healthy} of {workers.Count}";
        var which = _expected is { Labels.Count: > 0 }
            ? $" with {string.Join(", ", _expected.Labels.Select(static label => $"{label.Key}={label.Value}"))}"
            : "";
        var ill = workers.Find(static worker => worker.HealthStatus != "healthy") is { } one ? $", {one.Id} is {one.HealthStatus}" : "";
        return DaguRunbook.With(
            $"{of} workers{which} are healthy{ill}{(errors.Count > 0 ? $": {errors[0]}" : "")}",
            errors.Count > 0 ? DaguRunbook.NoCoordinator : DaguRunbook.NoWorker);
    }
}
