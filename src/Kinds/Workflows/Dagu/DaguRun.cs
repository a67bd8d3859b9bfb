using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>One run of the check, as its parts see it.</summary>
internal sealed class DaguRun
{
    private readonly DateTimeOffset _serverTime;
    private readonly DateTimeOffset _at;
    private readonly List<string> _failures = [], _warnings = [];
    private Task<DaguWorkers?>? _workers;

    public DaguRun(DaguApi api, ConnectionTrace trace, DaguHealth health, DaguAnswer answer, TimeProvider clock)
    {
        (Api, Trace, Clock) = (api, trace, clock);
        Version = health.Version.ToString();
        Uptime = health.Uptime is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        // Both clocks are cut to seconds: half a second is the mean of what was cut.
        ReportedTime = (DaguTime.Parse(health.Timestamp) ?? answer.Date) + TimeSpan.FromSeconds(0.5);
        (_serverTime, _at) = (ReportedTime ?? answer.At, answer.At);
    }

    /// <summary>Calls Dagu.</summary>
    public DaguApi Api { get; }

    /// <summary>Takes what is observed.</summary>
    public ConnectionTrace Trace { get; }

    /// <summary>The agent's clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Dagu's version, such as 2.15.1, v1.30.2 or dev.</summary>
    public string Version { get; }

    /// <summary>Whether it has the API of 2.x, where <c>/api/v2</c> has become <c>/api/v1</c>.</summary>
    public bool IsSecondMajor => Api.Prefix == "/api/v1" && !Version.TrimStart('v').StartsWith("1.", StringComparison.Ordinal);

    /// <summary>How long its web server has run; null if it does not say.</summary>
    public TimeSpan? Uptime { get; }

    /// <summary>The time that Dagu reported when it answered, half a second uncertain; null if it did not.</summary>
    public DateTimeOffset? ReportedTime { get; }

    /// <summary>The time by Dagu's clock, which the ages of what it reports are counted by; by the agent's if Dagu does not say.</summary>
    public DateTimeOffset ServerNow => _serverTime + (Clock.GetUtcNow() - _at);

    /// <summary>Notes a value.</summary>
    public void Note(string name, object value) => Trace.Note(name, value);

    /// <summary>How many schedulers are active; null if that was not observed.</summary>
    public double? ActiveSchedulers =>
        Trace.Observed.TryGetValue("schedulers.active", out var active) ? Convert.ToDouble(active, CultureInfo.InvariantCulture) : null;

    /// <summary>Fails the run, which goes on: other parts may find more.</summary>
    public void Fail(string reason) => _failures.Add(reason);

    /// <summary>Makes the run warn, unless it fails.</summary>
    public void Warn(string reason) => _warnings.Add(reason);

    /// <summary>A failure that ends the run, with what was observed so far.</summary>
    public CheckFailedException Failed(ErrorType type, string message) => new(type, message, Trace.Observed);

    /// <summary>What came of it.</summary>
    public HealthCheckResult ToResult() => (_failures, _warnings) switch
    {
        ({ Count: > 0 }, _) => HealthCheckResult.Unhealthy(string.Join("; ", _failures), data: Trace.Observed),
        (_, { Count: > 0 }) => HealthCheckResult.Degraded(string.Join("; ", _warnings), data: Trace.Observed),
        _ => HealthCheckResult.Healthy(data: Trace.Observed),
    };

    /// <summary>The workers; null if this version has none. Asked for once in a run.</summary>
    public Task<DaguWorkers?> WorkersAsync(CancellationToken cancellationToken) =>
        _workers ??= Api.GetAsync("/workers", DaguShapes.Workers, DaguRole.Developer, cancellationToken);
}
