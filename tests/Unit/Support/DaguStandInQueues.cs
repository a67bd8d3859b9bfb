using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Support;

internal sealed partial class DaguStandIn
{
    /// <summary>Files of queues that cannot be read, as after a power failure: of them only a number is left, in the metrics.</summary>
    public int UnreadableEntries { get; set; }

    /// <summary>With what <c>start</c> and <c>enqueue</c> refuse; null while they do not.</summary>
    public (int Status, string Code, string Message)? StartRefusal { get; set; }

    /// <summary>
    /// How often a run that was queued was deleted while the dispatcher still looked for its start, which it does each 5 s at most: it
    /// does not find it then, and all queues wait for half a minute.
    /// </summary>
    public int Stalls { get; private set; }

    private Task QueuesAsync(HttpContext context)
    {
        // One of a DAG is there only while something is in it.
        var listed = Queues.Where(queue => queue.IsGlobal || queue.Items.Count + queue.Running.Count > 0)
            .OrderBy(queue => queue.Name, StringComparer.Ordinal).ToList();
        var (running, capacity) = (listed.Sum(queue => queue.Running.Count), listed.Sum(queue => queue.Capacity));
        return SendAsync(context, new
        {
            queues = listed.Select(queue => new
            {
                name = queue.Name,
                type = queue.IsGlobal ? "global" : "dag-based",
                maxConcurrency = queue.Capacity == 0 ? (int?)null : queue.Capacity,
                runningCount = queue.Running.Count,
                queuedCount = queue.Items.Count,
                running = queue.Running.Select(Summary),
            }),
            summary = new
            {
                totalQueues = listed.Count,
                totalRunning = running,
                totalQueued = listed.Sum(queue => queue.Items.Count),
                totalCapacity = capacity,
                utilizationPercentage = capacity == 0 ? 0 : 100.0 * running / capacity,
            },
        });
    }

    private Task QueueItemsAsync(HttpContext context, string name)
    {
        var items = Queues.Find(queue => queue.Name == name)?.Items ?? [];
        return SendPageAsync(context, items, filter: name, (page, nextCursor) => new { items = page, nextCursor });
    }

    private Task EnqueueAsync(HttpContext context, string file) => LaunchAsync(context, file, run =>
    {
        (run.Status, run.QueuedAt) = (StandInStatus.Queued, Now);
        var queue = Queues.Find(queue => queue.Name == run.Name);
        if (queue is null)
        {
            Queues.Add(queue = new StandInQueue(run.Name, 1) { IsGlobal = false });
        }

        queue.Items.Add(run);
        OnEnqueue(run);
        if (run.Status != StandInStatus.Queued)
        {
            queue.Items.Remove(run);
        }
    });

    private Task DequeueAsync(HttpContext context, string name, string id)
    {
        if (FindRun(name, id) is not { } run)
        {
            return RefuseAsync(context, 404, "not_found", "dag-run not found");
        }

        if (run.Status != StandInStatus.Queued)
        {
            return RefuseAsync(context, 400, "bad_request", "dag-run is not queued");
        }

        run.Status = StandInStatus.Aborted;
        Queues.ForEach(queue => queue.Items.Remove(run));
        Runs.Remove(run);
        return Task.CompletedTask;
    }
}
