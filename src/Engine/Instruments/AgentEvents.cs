using System.Globalization;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Instruments;

/// <summary>The agent's events: log records with an event name, the same on the console and over OTLP.</summary>
internal sealed class AgentEvents(ILoggerFactory loggers)
{
    private static readonly EventId StateChangedId = new(100, Names.Events.StateChanged);
    private static readonly EventId FlappingStartedId = new(101, Names.Events.FlappingStarted);
    private static readonly EventId FlappingStoppedId = new(102, Names.Events.FlappingStopped);
    private static readonly EventId StartedId = new(110, Names.Events.Started);
    private static readonly EventId StoppingId = new(111, Names.Events.Stopping);

    private static readonly EventId ConfigReloadedId = new(112, Names.Events.ConfigReloaded);
    private static readonly EventId ConfigRejectedId = new(113, Names.Events.ConfigRejected);

    private static readonly EventId ActionId = new(120, Names.Events.Action);
    private static readonly EventId ActionRefusedId = new(121, Names.Events.ActionRefused);
    private static readonly EventId CredentialRefusedId = new(114, Names.Events.CredentialRefused);

    // What a console, and a person, can take in at once.
    private const int MostErrors = 20;

    private readonly ILogger _logger = loggers.CreateLogger("HealthAgent");

    /// <summary>A check's status changed.</summary>
    public void StateChanged(Transition transition)
    {
        var (plan, from, to, _, lasted, reason, errorType) = transition;
        var level = to switch
        {
            CheckStatus.Unhealthy => LogLevel.Error,
            CheckStatus.Degraded or CheckStatus.Unknown => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        if (!_logger.IsEnabled(level))
        {
            return;
        }

        var message = $"{plan.Name} is {to.Name()}, was {from.Name()} for {Units.Format(lasted)}{(reason is null ? "" : ": " + reason)}";
        var attributes = new List<KeyValuePair<string, object?>>(plan.Attributes)
        {
            new(Names.Attributes.State, to.Name()),
            new(Names.Attributes.PreviousState, from.Name()),
            new(Names.Attributes.PreviousStateDuration, lasted.TotalSeconds),
        };
        if (reason is not null)
        {
            attributes.Add(new(Names.Attributes.Reason, reason));
        }

        if (errorType is not null)
        {
            attributes.Add(new(Names.Attributes.ErrorType, errorType.Value.Name()));
        }

        Write(level, StateChangedId, new EventRecord(message, attributes));
    }

    /// <summary>A check began to flap, or no longer does.</summary>
    public void Flapping(CheckState state)
    {
        var share = state.Flaps.Share;
        var (level, id, words) = state.IsFlapping
            ? (LogLevel.Warning, FlappingStartedId, "is flapping; state-change events paused")
            : (LogLevel.Information, FlappingStoppedId, "is no longer flapping");
        Write(level, id, new EventRecord(
            string.Create(CultureInfo.InvariantCulture, $"{state.Plan.Name} {words} ({share:0}% of its latest outcomes changed)"),
            [.. state.Plan.Attributes, new(Names.Attributes.State, state.Status.Name())]));
    }

    /// <summary>The agent runs.</summary>
    public void Started(string version, int checks) => Write(LogLevel.Information, StartedId, new EventRecord(
        $"health-agent {version} started with {checks} checks",
        new KeyValuePair<string, object?>("service.version", version), new("health_agent.checks", checks)));

    /// <summary>The agent was asked to stop, and does so when its drain is over.</summary>
    public void Stopping(TimeSpan drain) => Write(LogLevel.Information, StoppingId, new EventRecord(
        drain > TimeSpan.Zero
            ? $"health-agent is stopping: /readyz answers 503 for {Units.Format(drain)} first"
            : "health-agent is stopping"));

    /// <summary>The configuration was read again and is in force.</summary>
    public void ConfigReloaded(string source, PlanChange change)
    {
        var words = $"configuration reloaded from {source}: {change.Added.Count} added, {change.Changed.Count} changed, "
            + $"{change.Removed.Count} removed, {change.Unchanged} unchanged"
            + (change.Settings.Count > 0 ? $"; also {string.Join(", ", change.Settings)}" : "")
            + (change.NeedRestart.Count > 0 ? $"; {string.Join(", ", change.NeedRestart)} require a restart" : "");
        Write(change.NeedRestart.Count > 0 ? LogLevel.Warning : LogLevel.Information, ConfigReloadedId, new EventRecord(
            words,
            new KeyValuePair<string, object?>("health_agent.config.added", change.Added.Count),
            new("health_agent.config.changed", change.Changed.Count),
            new("health_agent.config.removed", change.Removed.Count),
            new("health_agent.config.unchanged", change.Unchanged)));
    }

    /// <summary>The configuration was read again and is wrong; the previous one is kept.</summary>
    public void ConfigRejected(string source, IReadOnlyList<string> errors)
    {
        var listed = string.Join("; ", errors.Take(MostErrors));
        Write(LogLevel.Error, ConfigRejectedId, new EventRecord(
            $"configuration rejected, keeping the previous one; {errors.Count} {(errors.Count == 1 ? "error" : "errors")} in {source}: "
            + $"{listed}{(errors.Count > MostErrors ? "; …" : "")}",
            new KeyValuePair<string, object?>("health_agent.config.errors", errors.Count)));
    }

    /// <summary>Somebody who may act did.</summary>
    public void Action(ActionAttempt attempt, string outcome) => Write(LogLevel.Information, ActionId, new EventRecord(
        $"{attempt.Words}: {outcome}", [.. attempt.Attributes, new(Names.Attributes.ActionOutcome, outcome)]));

    /// <summary>Somebody who may not act wanted to.</summary>
    /// <param name="attempt">What.</param>
    /// <param name="unreported">How many attempts before this one were not reported, since they were too many.</param>
    public void ActionRefused(ActionAttempt attempt, int unreported) => Write(LogLevel.Warning, ActionRefusedId, new EventRecord(
        $"refused: {attempt.Words}" + (unreported > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {unreported} more before") : ""),
        [.. attempt.Attributes, new(Names.Attributes.ActionOutcome, ActionOutcome.Refused)]));

    /// <summary>A caller showed a credential that is not accepted.</summary>
    /// <param name="address">Its address; null where that is unknown.</param>
    /// <param name="what">What the credential is, in words of ours: nothing of it is repeated.</param>
    /// <param name="isLimited">Whether credentials of that address are not looked at for a while, after so many.</param>
    /// <param name="left">How many events of this kind were left out before.</param>
    public void CredentialRefused(string? address, string what, bool isLimited, int left) => Write(
        LogLevel.Warning, CredentialRefusedId, new EventRecord(
            $"credential from {address ?? "an unknown address"} refused: {what}"
            + (isLimited ? "; too many, credentials from there get 429 for a while" : "")
            + (left > 0 ? $"; {left} more were not logged" : ""),
            new KeyValuePair<string, object?>("client.address", address)));

    private void Write(LogLevel level, EventId id, EventRecord record) =>
        _logger.Log(level, id, record, exception: null, static (state, _) => state.ToString());
}
