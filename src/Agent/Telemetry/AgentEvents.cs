using System.Globalization;
using HealthAgent.State;

namespace HealthAgent.Telemetry;

/// <summary>The agent's events: log records with an event name, the same on the console and over OTLP.</summary>
internal sealed class AgentEvents(ILoggerFactory loggers)
{
    private static readonly EventId StateChangedId = new(100, Names.Events.StateChanged);
    private static readonly EventId FlappingStartedId = new(101, Names.Events.FlappingStarted);
    private static readonly EventId FlappingStoppedId = new(102, Names.Events.FlappingStopped);
    private static readonly EventId StartedId = new(110, Names.Events.Started);
    private static readonly EventId StoppingId = new(111, Names.Events.Stopping);

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
            ? (LogLevel.Warning, FlappingStartedId, "flaps; changes of its status are not told until it no longer does")
            : (LogLevel.Information, FlappingStoppedId, "no longer flaps");
        Write(level, id, new EventRecord(
            string.Create(CultureInfo.InvariantCulture, $"{state.Plan.Name} {words} ({share:0}% of its latest outcomes changed)"),
            [.. state.Plan.Attributes, new(Names.Attributes.State, state.Status.Name())]));
    }

    /// <summary>The agent runs.</summary>
    public void Started(string version, int checks) => Write(LogLevel.Information, StartedId, new EventRecord(
        $"health-agent {version} started with {checks} checks",
        new KeyValuePair<string, object?>("service.version", version), new("health_agent.checks", checks)));

    /// <summary>The agent was told to stop.</summary>
    public void Stopping() => Write(LogLevel.Information, StoppingId, new EventRecord("health-agent is stopping"));

    private void Write(LogLevel level, EventId id, EventRecord record) =>
        _logger.Log(level, id, record, exception: null, static (state, _) => state.ToString());
}
