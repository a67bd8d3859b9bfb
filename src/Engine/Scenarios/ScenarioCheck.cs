using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scenarios;

/// <summary>
/// Runs the steps of a scenario. The checks of steps without references are made once and live as long as this; those of the others are
/// made when a run has come to them.
/// </summary>
internal sealed class ScenarioCheck(ScenarioPlan scenario) : ISelfJudgingCheck, IAsyncDisposable
{
    private readonly Dictionary<string, CheckInstance> _instances = scenario.Steps.Concat(scenario.Cleanup)
        .ToDictionary(static step => step.Name, static step => new CheckInstance(step.Plan), StringComparer.Ordinal);

    private readonly HiddenValues _hidden = new();

    /// <inheritdoc />
    public Task<CheckVerdict> JudgeAsync(CheckAttempt attempt, CheckPlan plan, long start, CancellationToken deadline)
    {
        _hidden.Begin(start);
        var captured = new CapturedValues(plan.Redactor, _hidden, attempt.Clock.GetUtcNow());
        return new ScenarioRun(scenario, plan, step => _instances[step.Name], captured, attempt, start, deadline).RunAsync();
    }

    /// <summary>Never called: it judges itself.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("a scenario is run by the agent alone");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances.Values)
        {
            await instance.DisposeAsync();
        }
    }
}
