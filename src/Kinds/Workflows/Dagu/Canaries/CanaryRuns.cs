using System.Globalization;
using System.Net;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Kinds.Workflows.Dagu.Dependencies;

namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>Starts, finds and deletes the runs of a canary.</summary>
internal sealed class CanaryRuns(CanarySettings settings)
{
    // Before the check began, and between its runs.
    private static readonly TimeSpan FirstBack = TimeSpan.FromDays(7), Back = TimeSpan.FromMinutes(1);

    // Dagu's dispatcher looks for the start of a run that it took from a queue, each 5 s at most. If it is deleted by then, it goes on
    // looking for half a minute, in which all queues wait.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly Dictionary<CanaryWay, DateTimeOffset> _since = [];
    private string? _name, _queue;
    private bool _mayNotDelete;

    /// <summary>The oldest run of a way that is still under way; null if there is none. Deletes earlier ones that succeeded.</summary>
    public async Task<CanaryRun?> EarlierAsync(DaguRun run, CanaryWay way, CancellationToken cancellationToken)
    {
        var now = run.ServerNow;
        var from = _since.TryGetValue(way, out var since) ? since : now - FirstBack;
        var runs = await ListAsync(run, CanaryId.PrefixOf(way), from, cancellationToken);
        var earlier = runs.Where(one => one.IsLive).MinBy(one => one.Created);
        var next = earlier?.Created ?? now;
        foreach (var one in runs.Where(static one => one.HasSucceeded))
        {
            if (now - (one.Finished ?? one.Created) >= Settled)
            {
                await DeleteAsync(run, one, cancellationToken);
            }
            else if (one.Created < next)
            {
                next = one.Created;
            }
        }

        _since[way] = next - Back;
        return earlier;
    }

    /// <summary>Starts a run.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="CheckFailedException">Dagu did not accept it.</exception>
    public async Task<string> StartAsync(DaguRun run, CanaryWay way, CancellationToken cancellationToken)
    {
        var path = $"/dags/{Uri.EscapeDataString(settings.Dag)}/{way.Name()}";
        var body = JsonSerializer.SerializeToElement(new DaguStarted(CanaryId.New(way, run.ServerNow)), DaguJson.Default.DaguStarted);
        var answer = await run.Api.PostAsync(path, body, DaguShapes.Started, DaguRole.Operator, cancellationToken);
        return answer.IsSuccess
            ? run.Api.Read(answer, path, DaguShapes.Started).DagRunId
                ?? throw new CheckFailedException(ErrorType.Protocol, $"{path} returned no dagRunId", run.Trace.Observed)
            : throw new CheckFailedException(ErrorType.UnexpectedStatus, DaguRunbook.With(
                $"canary by {way.Name()}: Dagu did not accept the run: {answer}",
                answer.Status == HttpStatusCode.BadRequest ? DaguRunbook.BrokenDags : DaguRunbook.Canary), run.Trace.Observed);
    }

    /// <summary>A run by its id; null if it is not listed.</summary>
    public async Task<CanaryRun?> FindAsync(DaguRun run, string id, CancellationToken cancellationToken) =>
        (await ListAsync(run, id, run.ServerNow - Back - settings.Within, cancellationToken)).FirstOrDefault(one => one.Id == id);

    /// <summary>Deletes a run that succeeded, if this version and the role allow that.</summary>
    private async Task DeleteAsync(DaguRun run, CanaryRun canary, CancellationToken cancellationToken)
    {
        if (!run.IsSecondMajor || _mayNotDelete)
        {
            return;
        }

        try
        {
            await run.Api.DeleteAsync(
                $"/dag-runs/{Uri.EscapeDataString(_name!)}/{canary.Id}", DaguRole.Developer, cancellationToken);
        }
        catch (CheckFailedException e) when (e.ErrorType == ErrorType.Authorization)
        {
            // Then Dagu removes them when its own retention says so.
            _mayNotDelete = true;
        }
    }

    /// <summary>Why a run does not get on, and the runbook; empty if that is unknown.</summary>
    public async Task<(string Cause, string Section)> CauseAsync(DaguRun run, CanaryRun canary, CancellationToken cancellationToken)
    {
        if (canary.Status != DaguStatus.Queued)
        {
            return ("", DaguRunbook.Canary);
        }

        if (ActiveSchedulers.AreThere(run) == false)
        {
            return (": no scheduler is active to take it from the queue", DaguRunbook.NoScheduler);
        }

        // The list of runs leaves conditions out.
        var path = $"/queues/{Uri.EscapeDataString(_queue!)}/items";
        var items = await run.Api.GetAsync(path, DaguShapes.QueueItems, DaguRole.Viewer, cancellationToken);
        return items?.Items?.FirstOrDefault(item => item?.DagRunId == canary.Id) is { } item
            && QueueConditions.Meaning(run, item) is var (_, meaning, section)
            ? ($": {meaning}", section)
            : (ActiveSchedulers.AreThere(run) is true
                ? ": the scheduler is active but takes nothing from the queue"
                : ": nothing takes it from the queue", DaguRunbook.QueuedForever);
    }

    /// <summary>
    /// What a run failed of, and the runbook; empty if that is unknown. Reading the details of a run that has ended changes nothing.
    /// </summary>
    public async Task<(string Cause, string Section)> ErrorAsync(DaguRun run, CanaryRun canary, CancellationToken cancellationToken)
    {
        var path = $"/dag-runs/{Uri.EscapeDataString(_name!)}/{canary.Id}";
        var answer = await run.Api.GetAsync(path, DaguShapes.RunDetails, DaguRole.Viewer, cancellationToken);
        return answer?.DagRunDetails?.Nodes?.FirstOrDefault(node => node?.Error is { Length: > 0 })?.Error is { } error
            ? ($": {error}", ZombieRuns.IsSign(error) ? DaguRunbook.FalseZombies : DaguRunbook.Canary)
            : ("", DaguRunbook.Canary);
    }

    private async Task<IReadOnlyList<CanaryRun>> ListAsync(
        DaguRun run, string id, DateTimeOffset from, CancellationToken cancellationToken)
    {
        if (_name is null)
        {
            await LearnAsync(run, cancellationToken);
        }

        var answer = await run.Api.GetAsync(PathOf(id, from), DaguShapes.Runs, DaguRole.Viewer, cancellationToken);
        return [.. answer?.Runs?.Select(one => CanaryRun.Of(one, run.ServerNow)).OfType<CanaryRun>() ?? []];
    }

    // The plain list only reads; without a time, it begins today. The id is any part of one.
    private string PathOf(string id, DateTimeOffset from) => string.Create(
        CultureInfo.InvariantCulture,
        $"/dag-runs/{Uri.EscapeDataString(_name!)}?dagRunId={id}&fromDate={from.ToUnixTimeSeconds()}");

    /// <summary>Learns the name of the DAG, which its runs have and which may differ from that of its file, and its queue.</summary>
    private async Task LearnAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var found = await run.Api.FindDagAsync(settings.Dag, cancellationToken) ?? throw new CheckFailedException(
            ErrorType.NotFound, $"there is no DAG '{settings.Dag}' to run as a canary", run.Trace.Observed);
        var dag = found.Dag;
        _name = dag?.Name ?? settings.Dag;
        _queue = dag?.Queue is { Length: > 0 } queue ? queue : _name;
    }
}
