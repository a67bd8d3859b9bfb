using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Support;

/// <summary>A source like those to come: what it has changes at any time, it may fail or hang, and it is not read at once.</summary>
internal sealed class ListSource(string name = "cluster") : IPlanSource
{
    private volatile IReadOnlyList<CheckPlan> _checks = [];
    private volatile Action? _changed;

    public string Name => name;

    /// <summary>What happens to a read before it answers.</summary>
    public Func<CancellationToken, Task> BeforeRead { get; set; } = async _ => await Task.Yield();

    /// <summary>How often it was read.</summary>
    public int Reads;

    /// <summary>A check that passes, and means the same as another one of its name.</summary>
    public static CheckPlan Check(string check, string? group = null, params IReadOnlyList<string> dependsOn) =>
        Plans.Check(check, group: group, interval: TimeSpan.FromHours(1), make: _ => new Passing(), dependsOn: dependsOn) with
        {
            Fingerprint = Fingerprint.Of([check]),
            FingerprintWithoutCredentials = Fingerprint.Of([check]),
        };

    /// <summary>What it has from now on.</summary>
    public void Set(params IReadOnlyList<CheckPlan> checks)
    {
        _checks = checks;
        _changed?.Invoke();
    }

    public PlanPart Part() =>
        new(this, new ConfigurationErrors(Name)) { Checks = [.. _checks.Select(check => SourcedCheck.Of(check, $"a check of {Name}"))] };

    public async Task<PlanPart> ReadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Reads);
        await BeforeRead(cancellationToken);
        return Part();
    }

    public async Task WatchAsync(Action changed, TimeProvider clock, CancellationToken cancellationToken)
    {
        _changed = changed;
        changed();
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
    }

    private sealed class Passing : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }
}
