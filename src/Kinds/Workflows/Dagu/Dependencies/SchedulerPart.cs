using HealthAgent.Checks;
using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// The schedulers: exactly one is active. At a takeover there may be two or none for some seconds, so how long it has been so is judged,
/// never how it is at one moment.
/// </summary>
internal sealed class SchedulerPart(DaguSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "schedulers.reason", Active = "schedulers.active";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("schedulers", ObservedType.Number, "schedulers known, standbys too; from version 1.20, and from 2 for developers")
            {
                ExplainedBy = Reason,
            },
            new(Active, ObservedType.Number, "schedulers that schedule; from version 1.20, and from 2 for developers")
            {
                ExplainedBy = Reason,
            },
            new("schedulers.absent", ObservedType.Duration,
                "how long no scheduler has been active, 0 while one is; for a viewer of version 2 from its metrics")
            {
                ExplainedBy = Reason,
            },
            new("schedulers.split", ObservedType.Duration,
                "how long more than one scheduler has been active, 0 while none or one is; as `schedulers.active`")
            {
                ExplainedBy = Reason,
            },
            new("schedulers.restarts", ObservedType.Number,
                "how often a scheduler was started again on the same host within 10 minutes; as `schedulers.active`")
            {
                ExplainedBy = Reason,
            },
            new(Reason, ObservedType.Text, "what is wrong with the schedulers, or why that is not known"),
        ],
        Expect = ["schedulers.absent <= 35s", "schedulers.split <= 15s", "schedulers.restarts < 3"],
        Create = static (settings, clock) => new SchedulerPart(settings, clock),
    };

    private static readonly TimeSpan Refused = TimeSpan.FromMinutes(5);

    private readonly Lasting _absent = new(clock, settings.LongestPause);
    private readonly Lasting _split = new(clock, settings.LongestPause);
    private readonly SchedulerStarts _starts = new(clock);
    private long? _refusedAt;

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        if (_refusedAt is { } at && clock.GetElapsedTime(at) < Refused && await ObserveMetricsAsync(run, cancellationToken))
        {
            return;
        }

        try
        {
            var services = await run.GetAsync("/services/scheduler", DaguShapes.Schedulers, DaguRole.Developer, cancellationToken);
            if (services?.Schedulers is { } schedulers)
            {
                Note(run, [.. schedulers.OfType<DaguService>()]);
            }
        }
        catch (CheckFailedException e) when (e.ErrorType == ErrorType.Authorization)
        {
            if (!await ObserveMetricsAsync(run, cancellationToken))
            {
                throw;
            }

            _refusedAt = clock.GetTimestamp();
        }
    }

    /// <summary>What a viewer sees: whether any scheduler is active. False if not even that.</summary>
    private async Task<bool> ObserveMetricsAsync(DaguRun run, CancellationToken cancellationToken)
    {
        if (DaguMetrics.Value(await run.MetricsAsync(cancellationToken), "dagu_scheduler_running") is not { } isRunning)
        {
            return false;
        }

        var absent = _absent.Note(isRunning == 0, run.Uptime ?? TimeSpan.Zero);
        run.Note("schedulers.absent", absent);
        run.Note(Reason, isRunning == 0
            ? DaguRunbook.With($"no scheduler has been active for {DaguTime.Words(absent)}", DaguRunbook.NoScheduler)
            : "one is active or more: how many, only /services/scheduler says, which needs the role developer");
        return true;
    }

    private void Note(DaguRun run, IReadOnlyList<DaguService> schedulers)
    {
        _refusedAt = null;
        IReadOnlyList<DaguService> active = [.. schedulers.Where(static scheduler => scheduler.Status == "active")];
        var absent = _absent.Note(active.Count == 0, run.Uptime ?? TimeSpan.Zero);
        var split = _split.Note(active.Count > 1);
        var (restarts, host) = _starts.Note(schedulers);
        run.Note("schedulers", schedulers.Count);
        run.Note(Active, active.Count);
        run.Note("schedulers.absent", absent);
        run.Note("schedulers.split", split);
        run.Note("schedulers.restarts", restarts);
        if (active.Count == 0)
        {
            var standbys = schedulers.Count > 0 ? $"only standbys ({schedulers.Count}), " : "";
            var without = $"{standbys}no scheduler has been active for {DaguTime.Words(absent)}";
            run.Note(Reason, restarts > 2
                ? DaguRunbook.With($"{without}, and the one on {host} {Restarted(restarts)}", DaguRunbook.CrashLoop)
                : DaguRunbook.With($"{without}: it stopped, died or froze", DaguRunbook.NoScheduler));
        }
        else if (active.Count > 1)
        {
            var hosts = string.Join(", ", active.Select(static scheduler => scheduler.Host).Take(4));
            run.Note(Reason, DaguRunbook.With(
                $"{active.Count} schedulers ({hosts}) have been active for {DaguTime.Words(split)}, which may run everything twice: "
                + "split brain",
                DaguRunbook.TwoSchedulers));
        }
        else if (restarts > 1)
        {
            run.Note(Reason, DaguRunbook.With($"the scheduler on {host} {Restarted(restarts)}", DaguRunbook.CrashLoop));
        }
    }

    private static string Restarted(int times) => $"was started {times} times again in 10 minutes: crash loop";
}
