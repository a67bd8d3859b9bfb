using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>A plan that was put together by hand, as a source: it stays as it is.</summary>
internal sealed class FixedSource(AgentPlan plan) : IPlanSource
{
    /// <inheritdoc />
    public string Name => plan.Source;

    /// <inheritdoc />
    public Task<PlanPart> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new PlanPart(this, new ConfigurationErrors(Name))
        {
            Checks = [.. plan.Checks.Select(check => SourcedCheck.Of(check, $"a check of {Name}"))],
            Maintenance = [.. plan.Maintenance.Select(window => new SourcedWindow(window, "maintenance", [], []))],
        });

    /// <inheritdoc />
    public Task WatchAsync(Action changed, TimeProvider clock, CancellationToken cancellationToken) => Task.CompletedTask;
}
