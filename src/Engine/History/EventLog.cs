using System.Security.Cryptography;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.History;

/// <summary>
/// The latest events, in one ring for all readers. A reader is only a position in it, so that one that is slow or gone neither blocks the
/// writer nor takes memory. Where events are kept on the disk, readers get them once they are there: a restart forgets nothing that
/// somebody was told.
/// </summary>
/// <param name="store">The state; asked for late, since it is notifying this.</param>
/// <param name="kept">What was kept before the start.</param>
/// <param name="waitsForDisk">Whether readers get events only when <see cref="Publish"/> was called.</param>
internal sealed class EventLog(Func<StateStore> store, EventRing kept, bool waitsForDisk) : IStateListener
{
    private const string AccessSetting = "access";

    private readonly string _run = NewRun();
    private readonly Lock _lock = new();
    private long _published = kept.Next - 1;
    private long _accessChanges;
    private TaskCompletionSource? _awaited;
    private TaskCompletionSource? _unsaved;

    /// <summary>An id for before the first event of a log that has none.</summary>
    public static string Beginning() => EventRing.IdOf(0, NewRun());

    /// <summary>How often the rules changed by which callers are known; who came in under earlier ones is to be asked again.</summary>
    public long AccessChanges => Interlocked.Read(ref _accessChanges);

    /// <summary>The id of the latest event, readable or not yet.</summary>
    public string LastId
    {
        get
        {
            lock (_lock)
            {
                return kept.LastId;
            }
        }
    }

    /// <summary>The sequence of the latest event, readable or not yet.</summary>
    public long LastSequence
    {
        get
        {
            lock (_lock)
            {
                return kept.Next - 1;
            }
        }
    }

    /// <summary>The sequence after which somebody goes on who has an event already; null where that event is not known any more.</summary>
    public long? Find(string id)
    {
        lock (_lock)
        {
            return kept.Find(id);
        }
    }

    /// <summary>Reads events for somebody.</summary>
    /// <param name="after">The sequence of the latest that was read.</param>
    /// <param name="into">Where they are added.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="more">What completes when there are more.</param>
    /// <returns>False where some were forgotten before they were read, since the reader is too slow.</returns>
    public bool TryRead(long after, List<AgentEvent> into, int most, out Task more)
    {
        lock (_lock)
        {
            more = Task.CompletedTask;
            if (after < kept.First - 1)
            {
                return false;
            }

            var until = Math.Min(_published, after + most);
            for (var sequence = after + 1; sequence <= until; sequence++)
            {
                into.Add(kept[sequence]);
            }

            if (until <= after)
            {
                more = Awaited(ref _awaited);
            }

            return true;
        }
    }

    /// <summary>All events after one, and the id before them: of those that are kept where it is not any more.</summary>
    public (string Before, IReadOnlyList<AgentEvent> Events) After(long sequence)
    {
        lock (_lock)
        {
            var first = Math.Max(sequence + 1, kept.First);
            var before = first == kept.First ? kept.Before : kept[first - 1].Id;
            var events = new List<AgentEvent>((int)(kept.Next - first));
            for (; first < kept.Next; first++)
            {
                events.Add(kept[first]);
            }

            return (before, events);
        }
    }

    /// <summary>Completes when there are events after one, readable or not.</summary>
    public Task HasAfter(long sequence)
    {
        lock (_lock)
        {
            return kept.Next - 1 > sequence ? Task.CompletedTask : Awaited(ref _unsaved);
        }
    }

    /// <summary>Lets readers have the events up to one.</summary>
    public void Publish(long upTo)
    {
        TaskCompletionSource? awaited;
        lock (_lock)
        {
            if (upTo <= _published)
            {
                return;
            }

            _published = upTo;
            (awaited, _awaited) = (_awaited, null);
        }

        awaited?.SetResult();
    }

    /// <inheritdoc />
    public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
    {
        if (transition is not null)
        {
            Add(Names.Events.StateChanged, transition.Plan, EventJson.Of(transition, run.Record));
        }
    }

    /// <inheritdoc />
    public void OnTransition(Transition transition) =>
        Add(Names.Events.StateChanged, transition.Plan, EventJson.Of(transition, run: null));

    /// <inheritdoc />
    public void OnFlapping(CheckState state, CompletedRun run) => Add(
        state.IsFlapping ? Names.Events.FlappingStarted : Names.Events.FlappingStopped,
        state.Plan,
        EventJson.OfFlapping(state, run.Record));

    /// <summary>The configuration was read again and is in force.</summary>
    public void OnReloaded(string source, PlanChange change, DateTimeOffset at)
    {
        if (change.Settings.Contains(AccessSetting, StringComparer.Ordinal))
        {
            Interlocked.Increment(ref _accessChanges);
        }

        Add(Names.Events.ConfigReloaded, about: null, EventJson.OfReload(source, change, at));
    }

    /// <summary>The agent started.</summary>
    public void OnStarted() => Add(Names.Events.Started, about: null, EventJson.OfStart(store().Current));

    private static string NewRun() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private static Task Awaited(ref TaskCompletionSource? awaited) =>
        (awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Add(string name, CheckPlan? about, ReadOnlyMemory<byte> data)
    {
        TaskCompletionSource? unsaved;
        long sequence;
        lock (_lock)
        {
            sequence = kept.Next;
            kept.Add(new AgentEvent(
                sequence, EventRing.IdOf(sequence, _run), name, about is null ? null : EventJson.Subject(about), data)
            {
                Version = store().Current.Version,
            });
            (unsaved, _unsaved) = (_unsaved, null);
        }

        unsaved?.SetResult();
        if (!waitsForDisk)
        {
            Publish(sequence);
        }
    }
}
