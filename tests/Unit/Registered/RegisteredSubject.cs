using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Registered;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Registered;

/// <summary>Checks registered in code, and their runs.</summary>
internal static class RegisteredSubject
{
    public static Dictionary<string, object> Data(params (string Name, object Value)[] data) =>
        data.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    public static HealthCheckRegistration Registration(
        Func<HealthCheckContext, CancellationToken, Task<HealthCheckResult>> run, HealthStatus failure = HealthStatus.Unhealthy) =>
        new("Subject", _ => new Check(run), failure, null);

    public static CheckPlan PlanOf(HealthCheckRegistration registration) =>
        Merged.Of(Plans.Agent(), new RegisteredSource(new ApplicationChecks([registration]), new KindIndex(CheckKinds.All)))
            .Checks.ShouldHaveSingleItem();

    public static Task<CheckVerdict> JudgeAsync(Func<HealthCheckResult> run, HealthStatus failure = HealthStatus.Unhealthy) =>
        JudgeAsync(Registration((_, _) => Task.FromResult(run()), failure));

    public static async Task<CheckVerdict> JudgeAsync(HealthCheckRegistration registration)
    {
        using var instance = new CheckRun.Instance(PlanOf(registration));
        return await instance.JudgeAsync();
    }

    public static async Task<CheckVerdict> RunAsync(IHealthCheck check, CheckPlan plan) =>
        CheckVerdict.Of(plan, await check.CheckHealthAsync(
            new HealthCheckContext { Registration = plan.Registration }, CancellationToken.None), TimeSpan.Zero);

    internal sealed class Check(Func<HealthCheckContext, CancellationToken, Task<HealthCheckResult>> run) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            run(context, cancellationToken);
    }
}
