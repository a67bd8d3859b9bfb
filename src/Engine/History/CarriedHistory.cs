using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.History;

/// <summary>
/// What is known from before the start: events, and the states of checks. Events are on the disk before anybody is notified, states are
/// written now and then; so states are brought up to date by the events that came after them.
/// </summary>
internal sealed partial class CarriedHistory
{
    /// <summary>Reads the directory.</summary>
    public CarriedHistory(StateDirectory directory, EventFile file, ILogger<CarriedHistory> logger)
    {
        Events = file.Load(directory.Read(EventFile.Name));
        if (directory.Read(StatesFile.Name) is not { } bytes)
        {
            return;
        }

        try
        {
            var (lastId, states) = StatesFile.Read(bytes);
            if (EventRing.SequenceOf(lastId) >= Events.First - 1 && Events.Find(lastId) is null)
            {
                // The states know more than the events: who goes on from one of these would miss something.
                Events = file.Forget();
            }

            States = BroughtUpToDate(states, EventRing.SequenceOf(lastId));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            // Somebody else wrote it: another version of the agent, or a person.
            LogUnreadable(logger, StatesFile.Name, e.Message);
        }
    }

    /// <summary>The events.</summary>
    public EventRing Events { get; }

    /// <summary>The states.</summary>
    public IReadOnlyList<CarriedState> States { get; } = [];

    private IReadOnlyList<CarriedState> BroughtUpToDate(IReadOnlyList<CarriedState> states, long after)
    {
        var later = new Dictionary<string, List<AgentEvent>>(StringComparer.Ordinal);
        for (var sequence = Math.Max(after + 1, Events.First); sequence < Events.Next; sequence++)
        {
            if (Events[sequence] is { About.Check: var check } one)
            {
                later.TryAdd(check, []);
                later[check].Add(one);
            }
        }

        return later.Count == 0 ? states : [.. states.Select(state =>
            later.TryGetValue(state.Name, out var events) ? events.Aggregate(state, BroughtUpToDate) : state)];
    }

    private static CarriedState BroughtUpToDate(CarriedState state, AgentEvent later)
    {
        using var json = JsonDocument.Parse(later.Data);
        var root = json.RootElement;
        if (later.Name != Names.Events.StateChanged)
        {
            return state with { IsFlapping = later.Name == Names.Events.FlappingStarted };
        }

        var status = RunRecordJson.Of<CheckStatus>(root.GetProperty("status").GetString());
        var since = root.GetProperty("since").GetDateTimeOffset();
        return state with
        {
            Status = status,
            Since = since,
            HasVerdict = state.HasVerdict || status != CheckStatus.Unknown,
            AwaitedSince = since > state.AwaitedSince ? since : state.AwaitedSince,
            Streak = default,
            MissesSince = null,
            LastReportedStatus = status,
            LastReportedAt = since,
            Transitions = state.Transitions + 1,
        };
    }

    [LoggerMessage(42, LogLevel.Warning,
        "{Name} in agent.history.path cannot be read: {Reason}. Checks start without what was known of them")]
    private static partial void LogUnreadable(ILogger logger, string name, string reason);
}
