using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Support;

internal sealed partial class DaguStandIn
{
    /// <summary>Whether a coordinator is registered that does not answer, for as long as it stays registered.</summary>
    public bool AreCoordinatorsFrozen { get; set; }

    /// <summary>
    /// Size and use of the disk, and what is kept back of it for root, which counts neither as used nor as free; a total of 0 is what a
    /// failed reading gives.
    /// </summary>
    public (long Total, long Used, long Reserved) Disk { get; set; } = (100L << 30, 20L << 30, 0);

    private static readonly string[] Ranks = ["viewer", "operator", "developer", "manager", "admin"];

    private RequestDelegate? Find(string method, string route) => (method, route.TrimStart('/').Split('/')) switch
    {
        ("GET", ["health"]) => HealthAsync,
        ("POST", ["auth", "login"]) => LogInAsync,
        ("GET", ["metrics"]) => MetricsAsync,
        ("GET", ["services", "scheduler"]) =>
            Needing("developer", context => SendAsync(context, new { schedulers = Alive(Schedulers, port: null) })),
        ("GET", ["services", "coordinator"]) =>
            Needing("developer", context => SendAsync(context, new { coordinators = Alive(Coordinators, port: 50055) })),
        ("GET", ["services", "resources", "history"]) => Needing("developer", ResourcesAsync),
        ("GET", ["workers"]) => Needing("developer", WorkersAsync),
        ("GET", ["queues"]) => QueuesAsync,
        ("GET", ["queues", var name, "items"]) => context => QueueItemsAsync(context, name),
        ("GET", ["dags"]) => DagsAsync,
        ("GET", ["dags", var file]) => context => DagAsync(context, file, Details),
        ("GET", ["dags", var file, "spec"]) => context => DagAsync(context, file, dag => new { dag = Described(dag), spec = dag.Spec }),
        ("GET", ["dag-runs"]) => context => RunsAsync(context, name: null),
        ("GET", ["dag-runs", var name]) => context => RunsAsync(context, name),
        ("GET", ["dag-runs", var name, var id, "dequeue"]) => Needing("operator", context => DequeueAsync(context, name, id)),
        ("GET", ["dag-runs", var name, var id]) => context => RunDetailsAsync(context, name, id),
        ("DELETE", ["dag-runs", var name, var id]) => Needing("developer", context => DeleteAsync(context, name, id)),
        ("POST", ["dags", var file, "start"]) => Needing("operator", context => StartAsync(context, file)),
        ("POST", ["dags", var file, "enqueue"]) => Needing("operator", context => EnqueueAsync(context, file)),
        ("POST", ["dag-runs", var name, var id, "stop"]) => Needing("operator", context => StopAsync(context, name, id)),
        _ => null,
    };

    private RequestDelegate Needing(string role, RequestDelegate answer) => context =>
        Array.IndexOf(Ranks, Role(context)) >= Array.IndexOf(Ranks, role)
            ? answer(context)
            : RefuseAsync(context, 403, "forbidden", "Insufficient permissions");

    private async Task LogInAsync(HttpContext context)
    {
        if (FailedLogins >= 5)
        {
            context.Response.Headers.RetryAfter = "900";
            await RefuseAsync(context, 429, "rate_limited", "Too many login attempts. Please try again later.");
            return;
        }

        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var (user, password) = (body.GetProperty("username").GetString()!, body.GetProperty("password").GetString());
        if (!Users.TryGetValue(user, out var expected) || expected != password)
        {
            FailedLogins++;
            await RefuseAsync(context, 401, "unauthorized", "Invalid username or password");
            return;
        }

        var token = $"session-{Keys.Count}";
        Keys[token] = "viewer";
        await SendAsync(context, new { token, expiresAt = Written(Now.AddDays(1)), user = new { username = user, role = "viewer" } });
    }

    private Task HealthAsync(HttpContext context) => SendAsync(context, new
    {
        status = "healthy",
        version = Version,
        uptime = (int)(Clock.GetUtcNow() - Started).TotalSeconds,
        timestamp = Written(Now),
    });

    private Task MetricsAsync(HttpContext context) => SendTextAsync(context, 200, string.Join('\n',
    [
        "# HELP dagu_info Dagu build information", "# TYPE dagu_info gauge", $"dagu_info{{version=\"{Version}\",go_version=\"go1.25\"}} 1",
        "# TYPE dagu_scheduler_running gauge",
        $"dagu_scheduler_running {(Listed(Schedulers).Any(scheduler => scheduler.Status == "active") ? 1 : 0)}",
        "# TYPE dagu_workers_registered gauge", $"dagu_workers_registered {LiveWorkers.Count()}",
        "# TYPE dagu_dag_runs_queued_by_dag gauge",
        .. Queues.SelectMany(queue => queue.Items).CountBy(run => run.Name)
            .Select(dag => $"dagu_dag_runs_queued_by_dag{{dag=\"{dag.Key}\"}} {dag.Value}"),
        "# TYPE dagu_dag_runs_queued_total gauge",
        $"dagu_dag_runs_queued_total {Queues.Sum(queue => queue.Items.Count) + UnreadableEntries}", "",
    ]), "text/plain; version=0.0.4");

    private IEnumerable<StandInService> Listed(List<StandInService> services) =>
        services.Where(service => service.LastBeat is not { } beat || Clock.GetUtcNow() - beat <= TimeSpan.FromSeconds(30));

    private object Alive(List<StandInService> services, int? port) => Listed(services).Select(service => new
    {
        instanceId = service.InstanceId,
        host = service.Host,
        port,
        status = service.Status,
        startedAt = Written(service.StartedAt),
    });

    private Task ResourcesAsync(HttpContext context)
    {
        var timestamp = Clock.GetUtcNow().ToUnixTimeSeconds();
        object[] Sample(double value) => [new { timestamp, value }];
        return SendAsync(context, new
        {
            cpu = Sample(3), memory = Sample(40), load = Sample(0.2),
            disk = Sample(Disk.Total == 0 ? 0 : 100.0 * Disk.Used / (Disk.Total - Disk.Reserved)),
            memoryTotalBytes = 8L << 30, memoryUsedBytes = 3L << 30, diskTotalBytes = Disk.Total, diskUsedBytes = Disk.Used,
        });
    }

    private IEnumerable<StandInWorker> LiveWorkers =>
        Workers.Where(worker => worker.LastBeat is not { } beat || Clock.GetUtcNow() - beat <= TimeSpan.FromSeconds(30));

    private Task WorkersAsync(HttpContext context)
    {
        if (AreCoordinatorsFrozen)
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, Clock, context.RequestAborted);
        }

        if (!HasCoordinator)
        {
            return SendAsync(context, new { workers = Array.Empty<object>(), errors = new[] { "Coordinator service not configured" } });
        }

        if (!Listed(Coordinators).Any())
        {
            return SendAsync(context, new { workers = Array.Empty<object>(), errors = new[] { "no coordinators available" } });
        }

        return AreCoordinatorsReachable
            ? SendAsync(context, new { workers = LiveWorkers.Select(Described), errors = WorkerErrors })
            : RefuseAsync(context, 503, "", "Coordinator service unavailable");
    }

    private object Described(StandInWorker worker)
    {
        var silence = worker.LastBeat is { } beat ? Clock.GetUtcNow() - beat : TimeSpan.Zero;
        return new
        {
            id = worker.Id,
            labels = worker.Labels,
            totalPollers = worker.Pollers,
            busyPollers = worker.Busy,
            runningTasks = Array.Empty<object>(),
            lastHeartbeatAt = Written(worker.LastBeat ?? Now),
            healthStatus = silence < TimeSpan.FromSeconds(5) ? "healthy" : silence < TimeSpan.FromSeconds(15) ? "warning" : "unhealthy",
        };
    }

    private static int? Number(HttpContext context, string name) =>
        int.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : null;
}
