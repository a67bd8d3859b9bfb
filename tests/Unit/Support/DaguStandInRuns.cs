using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Support;

internal sealed partial class DaguStandIn
{
    private Task RunsAsync(HttpContext context, string? name)
    {
        if (AreRunsSlow)
        {
            return RefuseAsync(context, 504, "timeout", "dag-run list timed out");
        }

        var query = context.Request.Query;
        // With neither end given, the list begins at midnight, server time.
        var from = Time(query["fromDate"])
            ?? (query.ContainsKey("toDate") ? DateTimeOffset.MinValue : new DateTimeOffset(Now.Date, Now.Offset));
        var to = Time(query["toDate"]) ?? DateTimeOffset.MaxValue;
        var statuses = query["status"].Select(status => int.Parse(status!, CultureInfo.InvariantCulture)).ToHashSet();
        var runs = Runs
            .Where(run => run.CreatedAt >= from && run.CreatedAt <= to)
            .Where(run => statuses.Count == 0 || statuses.Contains(run.Status))
            .Where(run => name is null
                ? run.Name.Contains(query["name"].ToString(), StringComparison.OrdinalIgnoreCase)
                : run.Name == name)
            .Where(run => run.Id.Contains(query["dagRunId"].ToString(), StringComparison.Ordinal))
            .OrderByDescending(run => run.CreatedAt).ToList();
        var filter =
            $"{name}|{query["dagRunId"]}|{from.ToUnixTimeSeconds()}|{to.Ticks}|{string.Join(',', statuses.Order())}|{query["name"]}";
        return SendPageAsync(context, runs, filter, (page, nextCursor) => new { dagRuns = page, nextCursor });
    }

    /// <summary>A page, whose cursor is bound to the filter of the first one.</summary>
    private static Task SendPageAsync(
        HttpContext context, List<StandInRun> all, string filter, Func<IEnumerable<object>, string?, object> answer)
    {
        var (offset, bound) = (0, Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(filter)));
        if (context.Request.Query["limit"] is [{ } written] && !int.TryParse(written, CultureInfo.InvariantCulture, out _))
        {
            return SendTextAsync(context, 400, "invalid limit");
        }

        if (context.Request.Query["cursor"] is [{ } cursor])
        {
            if (cursor.Split('-') is not [var number, var found] || found != bound)
            {
                return RefuseAsync(context, 400, "bad_request", "invalid cursor");
            }

            offset = int.Parse(number, CultureInfo.InvariantCulture);
        }

        var limit = Math.Clamp(Number(context, "limit") ?? 100, 1, 500);
        var page = all.Skip(offset).Take(limit).Select(Summary);
        return SendAsync(context, answer(page, offset + limit < all.Count ? $"{offset + limit}-{bound}" : null));
    }

    private static object Summary(StandInRun run) => new
    {
        dagRunId = run.Id,
        name = run.Name,
        status = run.Status,
        statusLabel = StandInStatus.Labels[run.Status],
        queuedAt = Written(run.QueuedAt),
        scheduleTime = Written(run.ScheduleTime),
        startedAt = Written(run.StartedAt) ?? "",
        finishedAt = Written(run.FinishedAt) ?? "",
        autoRetryCount = 0,
        workerId = run.WorkerId,
        triggerType = run.TriggerType,
        // Conditions are there only while it is queued.
        conditions = run.Status != StandInStatus.Queued || run.Conditions.Count == 0 ? null : run.Conditions.Select(condition => new
        {
            type = condition.Type,
            status = condition.Status,
            reason = condition.Reason,
            message = condition.Message,
            checkedAt = Written(condition.CheckedAt),
        }),
    };

    private Task RunDetailsAsync(HttpContext context, string name, string id)
    {
        if ((id == "latest" ? Runs.Where(run => run.Name == name).MaxBy(run => run.CreatedAt) : FindRun(name, id)) is not { } run)
        {
            return RefuseAsync(context, 404, "not_found", "dag-run not found");
        }

        if (run is { IsStale: true, Status: StandInStatus.Running })
        {
            (run.Status, run.FinishedAt) = (StandInStatus.Failed, Now);
            Repairs++;
        }

        var details = JsonSerializer.SerializeToNode(Summary(run), StandInJson)!.AsObject();
        details["rootDAGRunName"] = run.Name;
        details["nodes"] = JsonSerializer.SerializeToNode(run.StepErrors.Select(error => new { status = 2, error }), StandInJson);
        return SendAsync(context, new { dagRunDetails = details });
    }

    private Task StartAsync(HttpContext context, string file) => LaunchAsync(context, file, run =>
    {
        (run.Status, run.StartedAt) = (StandInStatus.Running, Now);
        OnStart(run);
    });

    private async Task LaunchAsync(HttpContext context, string file, Action<StandInRun> launch)
    {
        JsonElement body;
        try
        {
            body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        }
        catch (JsonException)
        {
            // No handler is set for it: the recovery from a panic answers.
            context.Response.StatusCode = 500;
            return;
        }

        if (Dags.Find(dag => dag.FileName == file) is not { } found)
        {
            await RefuseAsync(context, 404, "not_found", $"DAG {file} not found");
            return;
        }

        if (StartRefusal is var (status, code, message))
        {
            await RefuseAsync(context, status, code, message);
            return;
        }

        var id = body.TryGetProperty("dagRunId", out var written) ? written.GetString()! : Guid.NewGuid().ToString();
        if (FindRun(found.Name, id) is not null)
        {
            await RefuseAsync(context, 409, "already_exists", $"dag-run ID {id} already exists for DAG {found.Name}");
            return;
        }

        var run = new StandInRun(found.Name, id) { TriggerType = "manual", WorkerId = "local" };
        Runs.Add(run);
        launch(run);
        await SendAsync(context, new { dagRunId = id });
    }

    private Task StopAsync(HttpContext context, string name, string id)
    {
        switch (FindRun(name, id))
        {
            case null:
                return RefuseAsync(context, 404, "not_found", "dag-run not found");
            case { Status: StandInStatus.Running } run:
                (run.Status, run.FinishedAt) = (StandInStatus.Aborted, Now);
                return Task.CompletedTask;
            default:
                return RefuseAsync(context, 400, "not_running", "DAG is not running");
        }
    }

    private Task DeleteAsync(HttpContext context, string name, string id)
    {
        if (FindRun(name, id) is not { } run)
        {
            return RefuseAsync(context, 404, "not_found", "dag-run not found");
        }

        if (id == "latest" || run.Status is StandInStatus.Running or StandInStatus.Queued)
        {
            return RefuseAsync(context, 400, "bad_request", "dag-run is active");
        }

        Stalls += run is { QueuedAt: not null, FinishedAt: { } end } && Now - end < TimeSpan.FromSeconds(5) ? 1 : 0;
        Runs.Remove(run);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private StandInRun? FindRun(string name, string id) => Runs.Find(run => run.Name == name && run.Id == id);

    private static DateTimeOffset? Time(string? unixSeconds) =>
        long.TryParse(unixSeconds, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
