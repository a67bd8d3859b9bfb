using System.Net;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Connections;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>One run of the check, as its parts see it.</summary>
internal sealed class DaguRun
{
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _serverTime;
    private Task<DaguWorkers?>? _workers;
    private Task<string?>? _metrics;

    public DaguRun(DaguApi api, ConnectionTrace trace, DaguHealth health, DaguAnswer answer, TimeProvider clock)
    {
        (Api, Trace, _clock) = (api, trace, clock);
        Version = health.Version.ToString();
        Uptime = health.Uptime is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        // It is cut to seconds: half a second is the mean of what was cut.
        ReportedTime = (DaguTime.Parse(health.Timestamp) ?? answer.Date) + TimeSpan.FromSeconds(0.5);
        (ReportedAt, RoundTrip) = (answer.At, answer.RoundTrip);
        _serverTime = ReportedTime ?? ReportedAt;
    }

    /// <summary>Calls Dagu.</summary>
    public DaguApi Api { get; }

    /// <summary>Takes what is observed.</summary>
    public ConnectionTrace Trace { get; }

    /// <summary>Dagu's version, such as 2.15.1, v1.30.2 or dev.</summary>
    public string Version { get; }

    /// <summary>Whether it has the API of 2.x, where <c>/api/v2</c> has become <c>/api/v1</c>.</summary>
    public bool IsSecondMajor => Api.Prefix == "/api/v1" && !Version.TrimStart('v').StartsWith("1.", StringComparison.Ordinal);

    /// <summary>How long its web server has run; null if it does not say.</summary>
    public TimeSpan? Uptime { get; }

    /// <summary>The time that Dagu reported when it answered, half a second uncertain; null if it did not.</summary>
    public DateTimeOffset? ReportedTime { get; }

    /// <summary>The time by the agent's clock when it did.</summary>
    public DateTimeOffset ReportedAt { get; }

    /// <summary>How long that answer took, which makes the time uncertain by half of it.</summary>
    public TimeSpan RoundTrip { get; }

    /// <summary>The time by Dagu's clock, which the ages of what it reports are counted by; by the agent's if Dagu does not say.</summary>
    public DateTimeOffset ServerNow => _serverTime + (_clock.GetUtcNow() - ReportedAt);

    /// <summary>Notes a value.</summary>
    public void Note(string name, object value) => Trace.Note(name, value);

    /// <summary>A resource that version 2 always has; null if an older version has it not.</summary>
    /// <exception cref="CheckFailedException">It was refused, is not what it should be, or is hidden by a proxy.</exception>
    public async Task<T?> GetAsync<T>(string path, DaguShape<T> shape, DaguRole needs, CancellationToken cancellationToken)
        where T : class =>
        await Api.GetAsync(path, shape, needs, cancellationToken) ?? (IsSecondMajor
            ? throw new CheckFailedException(
                ErrorType.Protocol, $"{Api.Prefix}{path} is not there, although version {Version} has it; does a proxy hide it?",
                Trace.Observed)
            : null);

    /// <summary>The workers; null if this version has none. Asked for once in a run.</summary>
    public Task<DaguWorkers?> WorkersAsync(CancellationToken cancellationToken) => _workers ??= AskWorkersAsync(cancellationToken);

    /// <summary>Dagu's own metrics; null if these credentials may not see them. Asked for once in a run.</summary>
    public Task<string?> MetricsAsync(CancellationToken cancellationToken) =>
        _metrics ??= Api.TextAsync("/metrics", cancellationToken);

    private async Task<DaguWorkers?> AskWorkersAsync(CancellationToken cancellationToken)
    {
        const string Path = "/workers";
        DaguAnswer answer;
        try
        {
            answer = await Api.AskAsync(Path, DaguShapes.Workers, cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            throw new CheckFailedException(
                ErrorType.Timeout,
                DaguRunbook.With(
                    $"timed out while waiting for {Api.Prefix}{Path}, as when a coordinator is registered but does not answer",
                    DaguRunbook.NoCoordinator),
                Trace.Observed,
                e);
        }

        // No coordinator answered: version 1.30 also says so where there is none.
        return answer.Status == HttpStatusCode.ServiceUnavailable
            ? new DaguWorkers([], [answer.Message is { Length: > 0 } said ? said : "no coordinator answered"])
            : Api.ReadOptional(answer, Path, DaguShapes.Workers, DaguRole.Developer);
    }
}
