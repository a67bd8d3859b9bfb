namespace HealthAgent.State;

/// <summary>How many of something have which status.</summary>
internal readonly record struct StatusCounts(int Unknown, int Healthy, int Degraded, int Unhealthy)
{
    /// <summary>
    /// The worst status of which there is any: unknown is worse than degraded, which still works, and better than unhealthy, which is
    /// known not to.
    /// </summary>
    public CheckStatus Worst => this switch
    {
        { Unhealthy: > 0 } => CheckStatus.Unhealthy,
        { Unknown: > 0 } => CheckStatus.Unknown,
        { Degraded: > 0 } => CheckStatus.Degraded,
        _ => CheckStatus.Healthy,
    };

    /// <summary>Counts.</summary>
    public static StatusCounts Of(IEnumerable<CheckStatus> statuses) =>
        statuses.Aggregate(default(StatusCounts), (counts, status) => counts.Plus(status, 1));

    /// <summary>The counts after one went from a status to another.</summary>
    public StatusCounts Moved(CheckStatus from, CheckStatus to) => from == to ? this : Plus(from, -1).Plus(to, 1);

    private StatusCounts Plus(CheckStatus status, int some) => status switch
    {
        CheckStatus.Unknown => this with { Unknown = Unknown + some },
        CheckStatus.Healthy => this with { Healthy = Healthy + some },
        CheckStatus.Degraded => this with { Degraded = Degraded + some },
        _ => this with { Unhealthy = Unhealthy + some },
    };
}
