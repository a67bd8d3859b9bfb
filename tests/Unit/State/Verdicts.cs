using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.State;

/// <summary>Verdicts of runs with these observations.</summary>
internal static class Verdicts
{
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(40);

    public static CheckPlan Plan(params string[] lines) => Configured.Plan(["kind: http", "url: http://localhost/", .. lines]);

    public static CheckPlan TcpPlan() => Configured.Plan("kind: tcp", "address: 127.0.0.1:1");

    public static Dictionary<string, object> Data(params (string Name, object Value)[] observed) =>
        observed.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    public static CheckVerdict Of(CheckPlan plan, params (string Name, object Value)[] observed) =>
        CheckVerdict.Of(plan, HealthCheckResult.Healthy(data: Data(observed)), Latency);
}
