using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Passive;

/// <summary>A job that reports by itself, such as one of cron: nothing is run here.</summary>
internal sealed class HeartbeatCheck : IHealthCheck
{
    private const int SharesOfGrace = 10;
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(1);

    private static readonly Setting<TimeSpan?> Grace =
        Setting.Duration("grace", "how much later than `interval` a heartbeat may come", TimeSpan.Zero, Units.Longest)
            .With(note: "a tenth of the interval, at least 1s");

    private static readonly Setting<string?> Token = Setting.Secret(
        "token", "with which the job may send heartbeats of this check, as `Authorization: Bearer`; without it, only operators may");

    /// <summary>The kind <c>heartbeat</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "heartbeat",
        Description = "A job, such as one of cron, reports in time that it ran, by PUT /heartbeats/NAME.",
        DefaultTier = Tier.Functional,
        IsPassive = true,
        CanBeStep = false,
        Settings = [Grace, Token],
        Values =
        [
            new(Scheduling.Heartbeat.DurationName, ObservedType.Duration, "how long the job took, by its own words or since its start"),
            new(Scheduling.Heartbeat.MessageName, ObservedType.Text, "what the job says"),
        ],
        Example = """
            interval: 24h
            grace: 1h
            """,
        Plan = static context => new PlannedCheck(static _ => new HeartbeatCheck())
        {
            Heartbeat = new HeartbeatRules(
                context.Settings.Get(Grace) ?? Units.Longer(context.Interval / SharesOfGrace, LeastGrace), context.Settings.Get(Token)),
        },
    };

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("a heartbeat is sent by its job; there is nothing to run");
}
