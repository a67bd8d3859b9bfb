using System.Collections.Immutable;
using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Support;

/// <summary>Plans and outcomes made by hand, with what a test does not speak of in place.</summary>
internal static class Plans
{
    /// <summary>When fake clocks start.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>So many seconds after the start, on a clock that was not set since.</summary>
    public static Moment At(double seconds) => new(Start.AddSeconds(seconds), Start.AddSeconds(seconds).UtcDateTime);

    /// <summary>A kind whose checks do what a test says.</summary>
    public static readonly CheckKind Scripted = new()
    {
        Name = "scripted",
        Description = "What the test says.",
        DefaultTier = Tier.Dependency,
        Plan = _ => throw new NotSupportedException("is not read from a file"),
    };

    private static readonly Conditions NoConditions = new([], []);

    // No two plans are alike but for their credentials, unless a test says so.
    private static long _made;

    public static CheckPlan Check(
        string name = "check",
        Tier tier = Tier.Dependency,
        Impact impact = Impact.Critical,
        string? group = null,
        int failureThreshold = 3,
        int successThreshold = 1,
        TimeSpan? interval = null,
        TimeSpan? timeout = null,
        TimeSpan? retryInterval = null,
        int retries = 0,
        Func<IServiceProvider, IHealthCheck>? make = null,
        IReadOnlyDictionary<string, string>? labels = null,
        CheckKind? kind = null,
        string? host = null,
        TimeSpan cleanupTime = default,
        params IReadOnlyList<string> dependsOn)
    {
        return new CheckPlan
        {
            Kind = kind ?? Scripted,
            Tier = tier,
            Impact = impact,
            Group = group,
            DependsOn = dependsOn,
            Host = host,
            CleanupTime = cleanupTime,
            Retries = retries,
            RetryInterval = retryInterval ?? TimeSpan.FromSeconds(2),
            FailureThreshold = failureThreshold,
            SuccessThreshold = successThreshold,
            Conditions = NoConditions,
            Redactor = new Redactor([]),
            FingerprintWithoutCredentials = Fingerprint.Of([Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture)]),
            Registration = new HealthCheckRegistration(
                name,
                make ?? (_ => throw new NotSupportedException("this check is never run")),
                HealthStatus.Unhealthy,
                [tier.Name()],
                timeout ?? TimeSpan.FromSeconds(1))
            { Period = interval ?? TimeSpan.FromSeconds(10) },
            Attributes =
                Planner.Attributes(name, kind ?? Scripted, tier, group, labels ?? new Dictionary<string, string>(StringComparer.Ordinal)),
        };
    }

    public static AgentPlan Agent(params IReadOnlyList<CheckPlan> checks) => new()
    {
        Kinds = new KindIndex(CheckKinds.All),
        Source = "a test",
        Listen = [new Listener(new Uri("http://127.0.0.1:0"))],
        Labels = new Dictionary<string, string>(StringComparer.Ordinal),
        Concurrency = 64,
        ConcurrencyPerHost = 64,
        Checks = checks,
    };

    public static RunRecord Outcome(
        Result result, ErrorType? errorType = null, string? reason = null, TimeSpan? duration = null,
        params ImmutableArray<KeyValuePair<string, object>> evidence)
    {
        errorType ??= result == Result.Fail ? ErrorType.Timeout : null;
        reason ??= result == Result.Pass ? null : $"the reason of a {result.Name()}";
        var observations = evidence.IsDefault
            ? []
            : evidence.Select(pair => new Observation(Declared(pair.Key), pair.Key, pair.Value)).ToImmutableArray();
        return new RunRecord(
            new CheckVerdict(result, errorType, reason, observations, []), Start, duration ?? TimeSpan.FromMilliseconds(5));
    }

    private static ObservedValue? Declared(string name) =>
        CheckKinds.All.Select(kind => kind.FindValue(name)).FirstOrDefault(value => value is not null);

    /// <summary>A check that depends on no other after one more run, and the change of status if there was one.</summary>
    public static (CheckState State, Transition? Transition) Fold(CheckState state, RunRecord run, Moment now) =>
        HealthAgent.State.Fold.Settle(HealthAgent.State.Fold.Observe(state, run, now.ToSteady(run.StartedAt), now), default, now);

    /// <summary>How many checks have which status.</summary>
    public static StatusCounts Counts(this Snapshot snapshot) => snapshot.FindRollUp(RollUpPlan.Full)!.Counts;

    /// <summary>How many there are in all.</summary>
    public static int Total(this StatusCounts counts) => counts.Unknown + counts.Healthy + counts.Degraded + counts.Unhealthy;

    /// <summary>Outcomes by their letters: P, W, F.</summary>
    public static RunRecord Outcome(char letter) => Outcome(ResultOf(letter));

    public static Result ResultOf(char letter) => letter switch
    {
        'P' => Result.Pass,
        'W' => Result.Warn,
        'F' => Result.Fail,
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "P, W or F"),
    };

    /// <summary>A status by its letter: H, D, U, and ? for unknown.</summary>
    public static char Letter(this CheckStatus status) => status switch
    {
        CheckStatus.Healthy => 'H',
        CheckStatus.Degraded => 'D',
        CheckStatus.Unhealthy => 'U',
        _ => '?',
    };

    public static CheckStatus StatusOf(char letter) => StatusNames.All.Single(status => status.Letter() == letter);

    /// <summary>A check with a status, as if it had been found out.</summary>
    public static CheckState InStatus(this CheckPlan plan, CheckStatus status) =>
        CheckState.Initial(plan, At(0)) with
        {
            Status = status, Verdict = status, LastReportedStatus = status, HasVerdict = status != CheckStatus.Unknown,
        };
}
