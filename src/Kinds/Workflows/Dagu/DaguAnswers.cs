using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthAgent.Kinds.Workflows.Dagu;

// The bodies of Dagu's API, as far as they are used. Every member may be missing or null: versions differ, and lists may be null.
// Times are texts, since they are "" while unset; DaguTime reads them.

/// <summary>Of <c>GET /health</c>.</summary>
internal sealed record DaguHealth(JsonElement Status, JsonElement Version, double? Uptime, string? Timestamp);

/// <summary>Of <c>POST /auth/login</c>.</summary>
internal sealed record DaguLogin(string? Token);

/// <summary>Of <c>GET /services/scheduler</c>.</summary>
internal sealed record DaguSchedulers(IReadOnlyList<DaguService?>? Schedulers);

/// <summary>Of <c>GET /services/coordinator</c>.</summary>
internal sealed record DaguCoordinators(IReadOnlyList<DaguService?>? Coordinators);

/// <summary>A scheduler or coordinator. <c>inactive</c> is a standby; one that died is not listed.</summary>
internal sealed record DaguService(string? InstanceId, string? Host, string? Status, string? StartedAt);

/// <summary>Of <c>GET /workers</c>; may be partial, with errors.</summary>
internal sealed record DaguWorkers(IReadOnlyList<DaguWorker?>? Workers, IReadOnlyList<string?>? Errors);

/// <summary>A distributed worker.</summary>
internal sealed record DaguWorker(
    string? Id, IReadOnlyDictionary<string, string?>? Labels, int? TotalPollers, int? BusyPollers, string? HealthStatus);

/// <summary>Of <c>GET /queues</c>.</summary>
internal sealed record DaguQueues(IReadOnlyList<DaguQueue?>? Queues, DaguQueueSummary? Summary);

/// <summary>The sums over all queues.</summary>
internal sealed record DaguQueueSummary(double? TotalQueued, double? TotalRunning, double? UtilizationPercentage);

/// <summary>A queue. Version 1.30 lists its items in it, later ones only count them.</summary>
internal sealed record DaguQueue(
    string? Name, int? MaxConcurrency, int? RunningCount, int? QueuedCount,
    IReadOnlyList<DaguRunSummary?>? Running, IReadOnlyList<DaguRunSummary?>? Queued);

/// <summary>Of <c>GET /queues/{name}/items</c>, head first.</summary>
internal sealed record DaguQueueItems(IReadOnlyList<DaguRunSummary?>? Items, string? NextCursor);

/// <summary>Of <c>GET /dag-runs</c>, newest first. Version 1.30 has no pages.</summary>
internal sealed record DaguRuns(
    [property: JsonPropertyName("dagRuns")] IReadOnlyList<DaguRunSummary?>? Runs, string? NextCursor);

/// <summary>A run of a DAG. Version 1.30 knows neither <c>scheduleTime</c>, <c>triggerType</c> nor conditions.</summary>
internal sealed record DaguRunSummary(
    string? DagRunId, string? Name, int? Status, string? StatusLabel, string? QueuedAt, string? ScheduleTime, string? StartedAt,
    string? FinishedAt, string? WorkerId, string? TriggerType, IReadOnlyList<DaguCondition?>? Conditions);

/// <summary>Why a queued run waits, as Dagu's dispatcher sees it.</summary>
internal sealed record DaguCondition(string? Type, string? Status, string? Reason, string? Message, string? CheckedAt);

/// <summary>Of <c>GET /dag-runs/{name}/{id}</c>.</summary>
internal sealed record DaguRunDetailsAnswer(DaguRunDetails? DagRunDetails);

/// <summary>A run's steps.</summary>
internal sealed record DaguRunDetails(IReadOnlyList<DaguNode?>? Nodes);

/// <summary>A step of a run.</summary>
internal sealed record DaguNode(string? Error);

/// <summary>Of <c>GET /dags</c>.</summary>
internal sealed record DaguDags(IReadOnlyList<DaguDagFile?>? Dags, DaguPagination? Pagination);

/// <summary>A file of the DAG directory.</summary>
internal sealed record DaguDagFile(
    string? FileName, DaguDag? Dag, string? NextRun, bool? Suspended, IReadOnlyList<string?>? Errors, DaguRunSummary? LatestDAGRun);

/// <summary>A DAG. Only its details have its queue and, here rather than beside it, its next run.</summary>
internal sealed record DaguDag(string? Name, IReadOnlyList<DaguSchedule?>? Schedule, string? Queue = null, string? NextRun = null);

/// <summary>One of its schedules; without a kind it is a cron expression.</summary>
internal sealed record DaguSchedule(string? Kind, string? Expression, string? Profile);

/// <summary>Of <c>GET /dags/{file}/spec</c>: what is written in the file.</summary>
internal sealed record DaguSpec(string? Spec);

/// <summary>Of <c>GET /dags/{file}</c>.</summary>
internal sealed record DaguDagDetails(
    DaguDag? Dag, bool? Suspended, IReadOnlyList<string?>? Errors, DaguRunSummary? LatestDAGRun);

/// <summary>Where a page stands among all.</summary>
internal sealed record DaguPagination(int? TotalRecords, int? TotalPages);

/// <summary>Of <c>GET /services/resources/history</c>; a total of 0 is unknown.</summary>
internal sealed record DaguResources(IReadOnlyList<DaguSample?>? Disk, double? DiskTotalBytes, double? DiskUsedBytes);

/// <summary>One measurement.</summary>
internal sealed record DaguSample(double? Value);

/// <summary>Of <c>POST /dags/{file}/start</c> and <c>/enqueue</c>.</summary>
internal sealed record DaguStarted(string? DagRunId);

/// <summary>Reads them without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DaguHealth))]
[JsonSerializable(typeof(DaguLogin))]
[JsonSerializable(typeof(DaguSchedulers))]
[JsonSerializable(typeof(DaguCoordinators))]
[JsonSerializable(typeof(DaguWorkers))]
[JsonSerializable(typeof(DaguQueues))]
[JsonSerializable(typeof(DaguQueueItems))]
[JsonSerializable(typeof(DaguRuns))]
[JsonSerializable(typeof(DaguRunDetailsAnswer))]
[JsonSerializable(typeof(DaguDags))]
[JsonSerializable(typeof(DaguSpec))]
[JsonSerializable(typeof(DaguDagDetails))]
[JsonSerializable(typeof(DaguResources))]
[JsonSerializable(typeof(DaguStarted))]
internal sealed partial class DaguJson : JsonSerializerContext;
