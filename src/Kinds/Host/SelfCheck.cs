using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Instruments;
using HealthAgent.Memory;
using HealthAgent.Scheduling;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Host;

/// <summary>Checks the agent itself: a running process may have stopped scheduling.</summary>
internal sealed class SelfCheck(SchedulerPulse scheduler, ExportHealth export, BodyMemory bodies, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>self</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "self",
        Description = "The agent schedules its checks, has threads to run them, and memory.",
        ComponentType = "system",
        DefaultTier = Tier.Liveness,
        Values =
        [
            new("scheduler", ObservedType.Duration, "the time since the scheduling loop last turned"),
            new("late", ObservedType.Duration,
                "how long the check that waits longest for a slot to run in is overdue; zero when none waits"),
            new("waiting", ObservedType.Number, "checks that are due and wait for a slot"),
            new("running", ObservedType.Number, "runs under way"),
            new("threadPool", ObservedType.Duration, "how long work waits for a thread of the pool, measured by a piece of work"),
            new("threads", ObservedType.Number, "threads of the pool"),
            new("pendingWork", ObservedType.Number, "pieces of work that wait for the pool"),
            new("heap", ObservedType.Size, "managed objects"),
            new("workingSet", ObservedType.Size, "the process' memory"),
            new("memoryUsed", ObservedType.Percent, "the process' memory, of what the runtime may use"),
            new("bodyMemory", ObservedType.Percent, "what runs hold for bodies, of `agent.memory`"),
            new("gcPause", ObservedType.Percent, "the share of time that the garbage collector stopped everything"),
            new("exportFailing", ObservedType.Duration, "for how long OTLP export has failed; zero while it works, not there without OTLP"),
            new("exportTrouble", ObservedType.Text, "which signals fail, and why"),
        ],
        DefaultExpect = ["scheduler < 10s", "threadPool < 5s"],
        DefaultWarn = ["late > 10s", "threadPool > 500ms", "memoryUsed > 90%", "exportFailing > 30s"],
        Plan = static _ => new PlannedCheck(static services => new SelfCheck(
            services.GetRequiredService<SchedulerPulse>(), services.GetRequiredService<ExportHealth>(),
            services.GetRequiredService<BodyMemory>(), services.GetRequiredService<TimeProvider>())),
    };

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var silence = scheduler.Silence;
        var memory = GC.GetGCMemoryInfo();
        var observed = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["scheduler"] = silence,
            ["late"] = scheduler.Backlog.Longest,
            ["waiting"] = scheduler.Backlog.Waiting,
            ["running"] = scheduler.Backlog.Running,
            ["threads"] = ThreadPool.ThreadCount,
            ["pendingWork"] = ThreadPool.PendingWorkItemCount,
            ["heap"] = GC.GetTotalMemory(forceFullCollection: false),
            ["workingSet"] = Environment.WorkingSet,
            ["bodyMemory"] = bodies.PercentHeld,
            ["gcPause"] = memory.PauseTimePercentage,
        };
        if (memory.TotalAvailableMemoryBytes > 0)
        {
            observed["memoryUsed"] = 100d * Environment.WorkingSet / memory.TotalAvailableMemoryBytes;
        }

        if (export.IsInUse)
        {
            observed["exportFailing"] = export.FailingFor;
            if (export.Trouble is { } trouble)
            {
                observed["exportTrouble"] = trouble;
            }
        }

        try
        {
            observed["threadPool"] = await WaitForThreadAsync().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy(data: observed);
        }
        catch (OperationCanceledException e)
        {
            throw new CheckFailedException(ErrorType.Timeout, "no thread pool thread within the timeout", observed, e);
        }
    }

    /// <summary>How long a work item waits in the thread pool's queue.</summary>
    private Task<TimeSpan> WaitForThreadAsync()
    {
        var queued = clock.GetTimestamp();
        var started = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.started.SetResult(state.clock.GetElapsedTime(state.queued)),
            (clock, queued, started),
            preferLocal: false);
        return started.Task;
    }
}
