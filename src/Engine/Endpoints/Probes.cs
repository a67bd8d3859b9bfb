using System.Collections.Immutable;
using System.Text;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthAgent.Endpoints;

/// <summary>
/// The Kubernetes probes: <c>/livez</c>, <c>/readyz</c>, <c>/startupz</c>, in the form of the Kubernetes API server's own. Callers who see
/// no details get the verdict alone, whatever they ask: a line per check would name the checks, and so would the effect of
/// <c>exclude</c>.
/// </summary>
internal static class Probes
{
    /// <summary>The view of all answers of probes.</summary>
    public const string View = "probe";

    /// <summary>The route of the agent's own life.</summary>
    public const string Live = "/livez";

    private const string Scheduler = "scheduler";

    // As the Kubernetes API server names it.
    private const string Shutdown = "shutdown";

    // Of a check: what no roll-up of probes is named like.
    private const string OfCheck = "/";

    private static readonly Answer Ok = Answer.Text(isUp: true, "ok");

    /// <summary>Maps the probes.</summary>
    public static void MapProbes(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var answers = routes.ServiceProvider.GetRequiredService<Answers>();
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        var pulse = routes.ServiceProvider.GetRequiredService<SchedulerPulse>();
        routes.MapReading(Live, context => LiveAsync(context, pulse, answers, options));
        routes.MapReading("/readyz", context =>
            context.SendAsync(answers.For(KeyOf(readiness.IsWithdrawn ? Shutdown : RollUpPlan.Ready, context, options), OfRollUp)));
        routes.MapReading("/startupz", context => context.SendAsync(answers.For(KeyOf(RollUpPlan.Startup, context, options), OfRollUp)));
        routes.MapReading("/readyz/{name}", options.RequireDetails(context => context.SendAsync(
            answers.For(new AnswerKey(View, OfCheck + context.RouteName(), Details: true), One))));
    }

    /// <summary>The agent's own life: whether its loop runs. A dead loop makes no snapshot, so then nothing is kept.</summary>
    private static Task LiveAsync(HttpContext context, SchedulerPulse pulse, Answers answers, HealthAgentEndpointOptions options)
    {
        var key = KeyOf(Live, context, options);
        return pulse.IsAlive
            ? context.SendAsync(answers.For(key, static (_, key) => Report(key, Live[1..], [Line.Ok(Scheduler)])))
            : Report(key, Live[1..], [new Line(Scheduler, $"the loop has not turned for {Units.Format(pulse.Silence)}")])
                .SendAsync(context);
    }

    private static AnswerKey KeyOf(string name, HttpContext context, HealthAgentEndpointOptions options)
    {
        var details = options.ShowDetails(context);
        return new AnswerKey(View, name, details)
        {
            Query = details && context.Request.QueryString.HasValue ? context.Request.QueryString.Value : null,
        };
    }

    private static Answer OfRollUp(Snapshot snapshot, AnswerKey key)
    {
        var isStopping = key.Name == Shutdown;
        var name = isStopping ? RollUpPlan.Ready : key.Name;
        var rollUp = snapshot.FindRollUp(name)!;
        if (rollUp.Status.IsUp() && !isStopping && key.Query is null)
        {
            return Ok;
        }

        var lines = rollUp.Members.Select(member => snapshot.Checks[member])
            .Select(state => LineOf(state, rollUp.Contribution(state).IsUp()));
        return Report(key, name, [.. isStopping ? lines.Append(new Line(Shutdown, "the agent is stopping")) : lines]);
    }

    private static Answer? One(Snapshot snapshot, AnswerKey key) =>
        key.Name[OfCheck.Length..] is var name && snapshot.Find(name) is { } state
            ? Render(name, [LineOf(state, state.Status.IsUp())], verbose: false, unknown: [])
            : null;

    private static Line LineOf(CheckState state, bool isUp) => isUp
        ? Line.Ok(state.Plan.Name)
        : new Line(state.Plan.Name, state.Explain() ?? state.Status.Name());

    private static Answer Report(AnswerKey key, string probe, ImmutableArray<Line> lines)
    {
        if (!key.Details)
        {
            return lines.All(line => line.Failure is null) ? Ok : Answer.Text(isUp: false, $"{probe} check failed\n");
        }

        var query = QueryHelpers.ParseQuery(key.Query);
        var excluded = query.GetValueOrDefault("exclude").OfType<string>().SelectMany(names => names.Split(','))
            .ToHashSet(StringComparer.Ordinal);
        var kept = lines.RemoveAll(line => excluded.Contains(line.Name));
        excluded.ExceptWith(lines.Select(line => line.Name).Append(Shutdown));
        return Render(probe, kept, query.ContainsKey("verbose"), excluded);
    }

    /// <summary>The text: <c>ok</c>, or a line a check when asked for or when anything fails.</summary>
    private static Answer Render(string probe, ImmutableArray<Line> lines, bool verbose, IReadOnlyCollection<string> unknown)
    {
        var isUp = lines.All(line => line.Failure is null);
        if (isUp && !verbose)
        {
            return Ok;
        }

        var text = new StringBuilder();
        foreach (var (name, failure) in lines)
        {
            text.Append(failure is null ? $"[+]{name} ok\n" : $"[-]{name} failed: {failure}\n");
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
