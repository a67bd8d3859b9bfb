using HealthAgent.Scheduling;

namespace HealthAgent.Operations;

/// <inheritdoc />
internal sealed class HealthRuns(Worker worker) : IHealthRuns
{
    // The application's own code is no caller that could attack somebody.
    private static readonly RunOrder Order = new(IsExplained: false, IsLimited: false);

    /// <inheritdoc />
    public async Task<HealthCheckRun> RunAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var tickets = await worker.RequestRunsAsync([name], Order).WaitAsync(cancellationToken);
        var run = await tickets[0].Run.WaitAsync(cancellationToken);
        return run switch
        {
            { Record: { } record } => new HealthCheckRun(record),
            { Answer: RunAnswer.UnknownCheck } => throw new KeyNotFoundException($"there is no check '{name}'"),
            _ => throw new InvalidOperationException($"{name} is not run: {RunRefusals.Describe(run)}"),
        };
    }
}
