using System.Diagnostics.Metrics;
using HealthAgent.Instruments;

namespace HealthAgent.Endpoints;

/// <summary>Notes every action: an event for each that was done, and for as many as one can read of those that were refused.</summary>
internal sealed class ActionAudit(AgentEvents events, TimeProvider clock) : IMetricsSource
{
    private const int Burst = 10;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly PacedReports _refusals = new(Burst, Period, clock);
    private Counter<long>? _actions;

    /// <inheritdoc />
    public void PublishOn(Meter meter) =>
        Volatile.Write(ref _actions, meter.CreateCounter<long>(Names.Metrics.Actions, "{action}", "What callers did, or wanted to do."));

    /// <summary>Lets an action be done, and notes what came of it before the caller is answered.</summary>
    public async Task WatchAsync(string action, HttpContext context, RequestDelegate handle)
    {
        var isNoted = false;
        context.Response.OnStarting(() =>
        {
            Note(ActionOutcome.Of(context.Response.StatusCode));
            return Task.CompletedTask;
        });
        try
        {
            await handle(context);
            Note(ActionOutcome.Of(context.Response.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // What was begun goes on.
            Note(ActionOutcome.Unanswered);
        }
        finally
        {
            Note(ActionOutcome.Failed);
        }

        void Note(string outcome)
        {
            if (!isNoted)
            {
                isNoted = true;
                Count(action, outcome);
                events.Action(Attempt(action, context), outcome);
            }
        }
    }

    /// <summary>Notes that a caller may not act.</summary>
    public void Refuse(string action, HttpContext context)
    {
        Count(action, ActionOutcome.Refused);
        if (_refusals.TryTake() is { } unreported)
        {
            events.ActionRefused(Attempt(action, context), unreported);
        }
    }

    private void Count(string action, string outcome) => Volatile.Read(ref _actions)?.Add(
        1, AttributeSets.Tag(Names.Attributes.Action, action), AttributeSets.Tag(Names.Attributes.ActionOutcome, outcome));

    private static ActionAttempt Attempt(string action, HttpContext context) => new(
        action,
        Line(context.Request.RouteValues.GetValueOrDefault("name") as string),
        Line(context.Request.RouteValues.GetValueOrDefault("id") as string ?? context.Features.Get<ActionSubject>()?.Id),
        Line(context.User.Identity?.Name),
        context.Connection.RemoteIpAddress?.ToString());

    // Of the caller's making.
    private static string? Line(string? text) => text is null ? null : PlainText.ShortLine(text, 100);
}

/// <summary>What an action made, for its audit event, where the route does not say.</summary>
/// <param name="Id">The identifier of what was made.</param>
internal sealed record ActionSubject(string Id);
