using System.Text.Json;
using HealthAgent.Operations;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// <c>POST /health/checks/{name}/run</c> and <c>POST /health/run</c>: checks are run beside their schedules, and answered with their
/// outcome and explanation. A caller who goes away leaves the run as it is.
/// </summary>
internal static class RunNow
{
    private static readonly RunOrder Order = new(IsExplained: true, IsLimited: true);

    /// <summary>Maps the routes.</summary>
    public static void MapRuns(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var (worker, all, store) = (
            routes.ServiceProvider.GetRequiredService<Worker>(), routes.ServiceProvider.GetRequiredService<RunsOfAll>(),
            routes.ServiceProvider.GetRequiredService<StateStore>());
        routes.MapAction("run", HttpMethods.Post, "/health/checks/{name}/run", options, context => OneAsync(context, worker, store));
        routes.MapAction("run_all", HttpMethods.Post, "/health/run", options, context => AllAsync(context, all, store));
    }

    private static async Task OneAsync(HttpContext context, Worker worker, StateStore store)
    {
        var tickets = await worker.RequestRunsAsync([context.RouteName()], Order).WaitAsync(context.RequestAborted);
        var run = await tickets[0].Run.WaitAsync(context.RequestAborted);
        if (run.Record is null)
        {
            await RefuseAsync(context, run, store.Current);
            return;
        }

        await new Answer(StatusCodes.Status200OK, "application/json", HealthJson.Object(json =>
        {
            Write(json, run);
            json.WriteBoolean("shared", tickets[0].IsShared);
        })).SendAsync(context);
    }

    private static async Task AllAsync(HttpContext context, RunsOfAll all, StateStore store)
    {
        if (Health.ModeOf(context.Request) is not { } mode)
        {
            await Problems.Of(StatusCodes.Status400BadRequest, "mode is light or full").SendAsync(context);
            return;
        }

        var wait = all.Start(mode, out var running);
        if (running is null)
        {
            await RefuseAsync(context, new RequestedRun(RunAnswer.TooOften) { RetryAfter = wait }, store.Current);
            return;
        }

        var runs = await running.WaitAsync(context.RequestAborted);
        if (runs.Runs.Count > 0 && runs.Runs.All(static run => run.Value.Answer == RunAnswer.Stopping))
        {
            await RefuseAsync(context, runs.Runs[0].Value, store.Current);
            return;
        }

        await OfAll(runs, store.Current.FindRollUp(runs.RollUp)!).SendAsync(context);
    }

    private static Answer OfAll(RunOfAll all, RollUp rollUp) =>
        new(StatusCodes.Status200OK, "application/json", HealthJson.Object(json =>
        {
            json.WriteString("mode", all.RollUp);
            json.WriteString("status", rollUp.Status.Name());
            json.WriteCounts(rollUp.Counts);
            json.WriteStartArray("runs");
            foreach (var (_, run) in all.Runs.Where(static run => run.Value.Record is not null))
            {
                json.WriteStartObject();
                Write(json, run);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("notRun");
            foreach (var (plan, run) in all.Runs.Where(static run => run.Value.Record is null))
            {
                json.WriteStartObject();
                json.WriteString("name", plan.Name);
                json.WriteString("reason", RunRefusals.Describe(run));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));

    private static void Write(Utf8JsonWriter json, RequestedRun run)
    {
        ExplainedOutcomeJson.WriteMembers(json, run.Plan!, run.Record!, run.Explanation);
        json.WriteString("status", run.State!.Status.Name());
        json.WriteOptional("maintenance", run.State.Maintenance);
    }

    private static Task RefuseAsync(HttpContext context, RequestedRun run, Snapshot current)
    {
        var status = run.Answer switch
        {
            RunAnswer.UnknownCheck => current.Plan.IsSwitchedOff(context.RouteName())
                ? StatusCodes.Status409Conflict
                : StatusCodes.Status404NotFound,
            RunAnswer.TooOften => StatusCodes.Status429TooManyRequests,
            RunAnswer.Stopping => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status409Conflict,
        };
        var isSwitchedOff = run.Answer == RunAnswer.UnknownCheck && status == StatusCodes.Status409Conflict;
        var detail = isSwitchedOff ? "the check is switched off: enabled is false" : RunRefusals.Describe(run);
        return context.RefuseAsync(status, $"not run: {detail}", run.RetryAfter);
    }
}
