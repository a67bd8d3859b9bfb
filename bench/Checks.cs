using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Benchmarks;

/// <summary>Plans and outcomes as an agent with many HTTP checks has them.</summary>
internal static class Checks
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An agent with so many checks, in groups of twenty.</summary>
    public static AgentPlan Agent(int count) => new()
    {
        Kinds = new KindIndex([]),
        Source = "benchmarks",
        Listen = [new Listener(new Uri("http://127.0.0.1:0"))],
        Labels = new Dictionary<string, string>(StringComparer.Ordinal),
        Concurrency = 64,
        ConcurrencyPerHost = 64,
        Checks = [.. Enumerable.Range(0, count).Select(Plan)],
    };

    /// <summary>One check.</summary>
    public static CheckPlan Plan(int number) => new()
    {
        Kind = HttpCheck.Kind,
        Tier = (Tier)(number % 3),
        Impact = number % 3 == 2 ? Impact.Degrading : Impact.Critical,
        Group = $"group-{number / 20}",
        Retries = 0,
        RetryInterval = TimeSpan.FromSeconds(2),
        FailureThreshold = 3,
        SuccessThreshold = 1,
        Conditions = new Conditions([], []),
        Redactor = new Redactor([]),
        Registration = new HealthCheckRegistration(
            $"check-{number}", _ => throw new NotSupportedException(), HealthStatus.Unhealthy, [], TimeSpan.FromSeconds(5))
        {
            Period = TimeSpan.FromSeconds(10),
        },
        Attributes = Planner.Attributes($"check-{number}", HttpCheck.Kind, (Tier)(number % 3), $"group-{number / 20}",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" }),
    };

    /// <summary>A run that passed, or failed when it is not.</summary>
    public static RunRecord Outcome(bool passed) => new(
        new CheckVerdict(
            passed ? Result.Pass : Result.Fail, passed ? null : ErrorType.UnexpectedStatus,
            passed ? null : "status is 500, expected == 200",
            [
                Observed("status", passed ? 200 : 500), Observed("latency", TimeSpan.FromMilliseconds(12.3)),
                Observed("connect", TimeSpan.FromMilliseconds(1.2)), Observed("firstByte", TimeSpan.FromMilliseconds(9.8)),
            ],
            []),
        Start, TimeSpan.FromMilliseconds(12.3));

    private static Observation Observed(string name, object value) => new(HttpCheck.Kind.FindValue(name), name, value);

    /// <summary>A store in which each check has had a verdict: of a hundred, one is down.</summary>
    public static StateStore Store(int count)
    {
        var store = new StateStore(Agent(count), new AgentClock(TimeProvider.System), []);
        for (var run = 0; run < 3; run++)
        {
            store.Record(
                [.. Enumerable.Range(0, count).Select(position => new CompletedRun(position, Outcome(position % 100 != 99), Span: null))]);
        }

        return store;
    }
}
