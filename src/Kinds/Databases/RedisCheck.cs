using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Opens a new connection, logs in and sends <c>PING</c>. A kept connection reconnects by itself and would hide what new clients see: a
/// changed password, a full server, a failover.
/// </summary>
internal sealed class RedisCheck(RedisSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>redis</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "redis",
        Description = "A Redis server accepts a new connection and answers PING; with roundTrip, a key is written and read back.",
        ComponentType = "datastore",
        DefaultTier = Tier.Dependency,
        Example = "address: cache:6379",
        DefaultTierOf = static settings => settings.Get(RedisRoundTrip.Key) is null ? null : Tier.Functional,
        DefaultTierNote = RoundTrips.TierNote,
        Values =
        [
            .. ConnectionTrace.Phases,
            new("login", ObservedType.Duration, "the answer to AUTH; only with a password") { IsPhase = true },
            new("ping", ObservedType.Duration, "the answer to PING") { IsPhase = true },
            .. RedisRoundTrip.Phases,
            .. RedisInfo.Values,
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        Settings = RedisSettings.All,
        Plan = static context =>
        {
            var redis = RedisSettings.Read(context);
            return new PlannedCheck(
                services => new RedisCheck(redis, services.GetRequiredService<TimeProvider>()), redis.Servers.FirstHost());
        },
        Classify = static exception => exception is RedisErrorException error ? RedisErrors.Classify(error.Message) : null,
    };

    // Of the latest round trip's key, so that only the first run has to find a slot of the node.
    private string _tag = RoundTrips.Token();

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = new ConnectionTrace(clock);
        return trace.RunAsync(stop => AskAsync(context.Registration, trace, stop), cancellationToken);
    }

    private async Task AskAsync(HealthCheckRegistration check, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        await using var server = await RedisConnection.OpenAsync(settings, trace, cancellationToken);
        trace.Begin("waiting for the reply to PING");
        await server.AskAsync(cancellationToken, "PING");
        trace.End("ping");

        trace.Begin("waiting for the reply to INFO");
        try
        {
            RedisInfo.Note(await server.AskAsync(cancellationToken, "INFO") ?? "", trace);
        }
        catch (RedisErrorException) when (!settings.NeedsInfo)
        {
            // A user without permission for INFO can still be healthy.
        }

        if (settings.RoundTrip is { } roundTrip)
        {
            _tag = await roundTrip.RunAsync(server, settings, check, _tag, trace, cancellationToken);
        }
    }
}
