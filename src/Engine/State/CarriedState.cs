using System.Collections.Immutable;
using HealthAgent.Planning;
using HealthAgent.Settings;

namespace HealthAgent.State;

/// <summary>
/// What is known of a check, as it outlives the process: by the check's name and by the wall's clock. Which checks it depends on,
/// maintenance, and staleness are not part of it: they follow from the configuration and the time of the agent that takes it.
/// </summary>
internal sealed record CarriedState
{
    /// <summary>The check.</summary>
    public required string Name { get; init; }

    /// <summary>What was written for the check.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>The same without credentials.</summary>
    public required Fingerprint FingerprintWithoutCredentials { get; init; }

    /// <summary>What was believed of it.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether there ever was a verdict.</summary>
    public bool HasVerdict { get; init; }

    /// <summary>Since when a run is awaited.</summary>
    public required DateTimeOffset AwaitedSince { get; init; }

    /// <summary>How many of the latest outcomes agree.</summary>
    public Streak Streak { get; init; }

    /// <summary>When the first of the latest outcomes began that were no pass.</summary>
    public DateTimeOffset? MissesSince { get; init; }

    /// <summary>How its latest outcomes changed.</summary>
    public FlapHistory Flaps { get; init; }

    /// <summary>Whether it is flapping.</summary>
    public bool IsFlapping { get; init; }

    /// <summary>The status that the latest event reported.</summary>
    public CheckStatus LastReportedStatus { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset LastReportedAt { get; init; }

    /// <summary>How many changes of status were reported.</summary>
    public long Transitions { get; init; }

    /// <summary>How often runs ended how.</summary>
    public ImmutableArray<ExecutionCount> Executions { get; init; } = [];

    /// <summary>The latest run.</summary>
    public RunRecord? Last { get; init; }

    /// <summary>What outlives the process of all checks.</summary>
    public static IEnumerable<CarriedState> Of(Snapshot snapshot, Moment now) => snapshot.Checks.Select(state => Of(state, now));

    /// <summary>
    /// The state with which a check begins: all of it where the very same is written for the check, the status until the next verdict
    /// where only credentials differ, and the counters alone where anything else does. What is too old is stale at once.
    /// </summary>
    public CheckState ToState(CheckPlan plan, Moment now)
    {
        var state = CheckState.Initial(plan, now) with
        {
            Status = Status,
            Since = Since,
            Verdict = Status,
            HasVerdict = HasVerdict,
            AwaitedSince = now.ToSteady(AwaitedSince),
            Last = Last,
            LastStarted = Last is null ? default : now.ToSteady(Last.StartedAt),
            Streak = Streak,
            MissesSince = MissesSince is { } since ? now.ToSteady(since) : null,
            Flaps = Flaps,
            IsFlapping = IsFlapping,
            Executions = new ExecutionCounts(Executions),
            LastReportedStatus = LastReportedStatus,
            LastReportedAt = now.ToSteady(LastReportedAt),
            Transitions = Transitions,
        };
        if (FingerprintWithoutCredentials != plan.FingerprintWithoutCredentials)
        {
            return state.Reset(plan, now);
        }

        if (Fold.IsStale(state, now))
        {
            return state with
            {
                Status = CheckStatus.Unknown,
                Verdict = CheckStatus.Unknown,
                Since = Status == CheckStatus.Unknown ? Since : now.At,
                IsStale = true,
                Streak = default,
                MissesSince = null,
            };
        }

        return Fingerprint == plan.Fingerprint ? state : state.WithCredentialsOf(plan, now);
    }

    private static CarriedState Of(CheckState state, Moment now) => new()
    {
        Name = state.Plan.Name,
        Fingerprint = state.Plan.Fingerprint,
        FingerprintWithoutCredentials = state.Plan.FingerprintWithoutCredentials,
        Status = state.Status,
        Since = state.Since,
        HasVerdict = state.HasVerdict,
        AwaitedSince = now.ToWall(state.AwaitedSince),
        Streak = state.Streak,
        MissesSince = state.MissesSince is { } since ? now.ToWall(since) : null,
        Flaps = state.Flaps,
        IsFlapping = state.IsFlapping,
        LastReportedStatus = state.LastReportedStatus,
        LastReportedAt = now.ToWall(state.LastReportedAt),
        Transitions = state.Transitions,
        Executions = state.Executions.Endings,
        Last = state.Last,
    };
}
