using System.Collections.Immutable;
using System.Text;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// The Kubernetes probes: <c>/livez</c>, <c>/readyz</c>, <c>/startupz</c>, in the form of the Kubernetes API server's own.
/// </summary>
internal static class Probes
{
    private const string Scheduler = "scheduler";

    // As the Kubernetes API server names it.
    private const string Shutdown = "shutdown";

    private static readonly Answer Alive = Answer.Text(isUp: true, "ok");

    /// <summary>Maps the probes.</summary>
    public static void MapProbes(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var answers = routes.ServiceProvider.GetRequiredService<Answers>();
        var store = routes.ServiceProvider.GetRequiredService<StateStore>();
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        var pulse = routes.ServiceProvider.GetRequiredService<SchedulerPulse>();
        routes.MapReading("/livez", context => Live(context, pulse, options.ShowDetails));
        routes.MapReading("/readyz", context => Ready(context, readiness, answers, store, options.ShowDetails));
        routes.MapReading("/startupz", context => Probe(context, RollUpPlan.Startup, answers, store, options.ShowDetails));
        routes.MapReading("/readyz/{name}", context => One(context, answers, options.ShowDetails));
    }

    /// <summary>The agent's own life: whether its loop runs. It depends on no snapshot, since a dead loop makes none.</summary>
    private static Task Live(HttpContext context, SchedulerPulse pulse, Func<HttpContext, bool> seesDetails)
    {
        if (!context.Request.QueryString.HasValue && pulse.IsAlive)
        {
            return Alive.SendAsync(context);
        }

        var line = pulse.IsAlive ? Line.Ok(Scheduler) : new Line(Scheduler, $"the loop has not turned for {Units.Format(pulse.Silence)}");
        return Report("livez", [line], context, seesDetails).SendAsync(context);
    }

    private static Task Ready(
        HttpContext context, Readiness readiness, Answers answers, StateStore store, Func<HttpContext, bool> seesDetails)
    {
        if (!readiness.IsWithdrawn)
        {
            return Probe(context, RollUpPlan.Ready, answers, store, seesDetails);
        }

        var lines = LinesOf(store.Current, RollUpPlan.Ready).Add(new Line(Shutdown, "the agent is stopping"));
        return Report(RollUpPlan.Ready, lines, context, seesDetails).SendAsync(context);
    }

    private static Task Probe(HttpContext context, string rollUp, Answers answers, StateStore store, Func<HttpContext, bool> seesDetails) =>
        context.Request.QueryString.HasValue
            ? Report(rollUp, LinesOf(store.Current, rollUp), context, seesDetails).SendAsync(context)
            : context.SendAsync(answers.For(new AnswerKey("probe", rollUp, seesDetails(context)), Plain));

    private static Answer Plain(Snapshot snapshot, AnswerKey key) => snapshot.FindRollUp(key.Name)!.Status.IsUp()
        ? Alive
        : Render(key.Name, LinesOf(snapshot, key.Name), verbose: false, key.Details, unknown: []);

    private static Task One(HttpContext context, Answers answers, Func<HttpContext, bool> seesDetails) => context.SendAsync(answers.For(
        new AnswerKey("readyz-check", context.RouteName(), seesDetails(context)),
        static (snapshot, key) => snapshot.Find(key.Name) is { } state
            ? Render(key.Name, [LineOf(state, state.Status.IsUp())], verbose: false, key.Details, unknown: [])
            : null));

    private static ImmutableArray<Line> LinesOf(Snapshot snapshot, string rollUpName)
    {
        var rollUp = snapshot.FindRollUp(rollUpName)!;
        return [.. rollUp.Members.Select(member => snapshot.Checks[member])
            .Select(state => LineOf(state, rollUp.Contribution(state).IsUp()))];
    }

    private static Line LineOf(CheckState state, bool isUp) => isUp
        ? Line.Ok(state.Plan.Name)
        : new Line(state.Plan.Name, state.Explain() ?? state.Status.Name());

    private static Answer Report(string probe, ImmutableArray<Line> lines, HttpContext context, Func<HttpContext, bool> seesDetails)
    {
        var query = context.Request.Query;
        var excluded = query["exclude"].OfType<string>().SelectMany(names => names.Split(',')).ToHashSet(StringComparer.Ordinal);
        var kept = lines.RemoveAll(line => excluded.Contains(line.Name));
        excluded.ExceptWith(lines.Select(line => line.Name).Append(Shutdown));
        return Render(probe, kept, query.ContainsKey("verbose"), seesDetails(context), excluded);
    }

    /// <summary>The text: <c>ok</c>, or a line a check when asked for or when anything fails.</summary>
    private static Answer Render(string probe, ImmutableArray<Line> lines, bool verbose, bool details, IReadOnlyCollection<string> unknown)
    {
        var isUp = lines.All(line => line.Failure is null);
        if (isUp && !verbose)
        {
            return Alive;
        }

        var text = new StringBuilder();
        foreach (var (name, failure) in lines)
        {
            text.Append(failure is null ? $"[+]{name} ok\n" : $"[-]{name} failed: {(details ? failure : "reason withheld")}\n");
        }

        foreach (var name in unknown)
        {
            text.Append("warn: nothing here is named '").Append(PlainText.Line(name)).Append("', so it cannot be excluded\n");
        }

        return Answer.Text(isUp, text.Append(probe).Append(isUp ? " check passed\n" : " check failed\n").ToString());
    }

    private readonly record struct Line(string Name, string? Failure)
    {
        public static Line Ok(string name) => new(name, null);
    }
}
