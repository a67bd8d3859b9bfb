using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Opens a new session and runs a query. A pooled session would hide what new clients see: a full server, a changed password, a failover.
/// The query runs in a read-only transaction with a statement timeout, so that a check neither writes nor leaves a statement running.
/// What a round trip writes goes where the operator says, or to a temporary table.
/// </summary>
internal sealed class PostgresCheck(PostgresSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>postgres</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "postgres",
        Description = "A PostgreSQL server accepts a new session and answers a query; with roundTrip, a row is written and read back.",
        ComponentType = "datastore",
        DefaultTier = Tier.Dependency,
        Example = "connectionString: postgres://health-agent:${env:PGPASSWORD:-}@orders-db:5432/orders",
        DefaultTierOf = static settings => settings.Get(PostgresRoundTrip.Key) is null ? null : Tier.Functional,
        DefaultTierNote = RoundTrips.TierNote,
        Values =
        [
            new(ConnectionTrace.Connect, ObservedType.Duration, "opening the session: name, connection, TLS, login") { IsPhase = true },
            new("query", ObservedType.Duration, "the query, or `select 1` where none is written") { IsPhase = true },
            .. PostgresRoundTrip.Phases,
            new("value", ObservedType.Number, "the first column of the query's first row, when it is a number"),
            new("text", ObservedType.Text, "the same, as text"),
            new(Version, ObservedType.Text, "the server's version"),
            new("inRecovery", ObservedType.Boolean,
                "whether the server is a standby; before version 14 only when a condition speaks of it"),
            new("connections.open", ObservedType.Number, "sessions of the whole server; only when a condition speaks of connections"),
            new("connections.max", ObservedType.Number, "its max_connections; only when a condition speaks of connections"),
            new("connections.used", ObservedType.Percent, "open of max; only when a condition speaks of connections"),
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        Settings = PostgresSettings.All,
        Plan = static context =>
        {
            var postgres = PostgresSettings.Read(context);
            return new PlannedCheck(
                services => new PostgresCheck(postgres, services.GetRequiredService<TimeProvider>()), postgres.Servers.FirstHost());
        },
        TraceSources = ["Npgsql"],
        Classify = PostgresErrors.Classify,
    };

    private const string Version = "version";
    private const string Recovery = "select pg_is_in_recovery()";
    private const string Connections = "select coalesce(sum(numbackends), 0), current_setting('max_connections') from pg_stat_database";

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = new ConnectionTrace(clock);
        try
        {
            return await trace.RunAsync(stop => AskAsync(context.Registration, trace, stop), cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            throw trace.TimedOut(e);
        }
        catch (PostgresException e)
        {
            var reason = PostgresErrors.Describe(e, isOpen: trace.Observed.ContainsKey(Version));
            throw new CheckFailedException(Failures.Classify(e, PostgresErrors.Classify), reason, trace.Observed, e);
        }
    }

    private async Task AskAsync(HealthCheckRegistration check, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(check.Timeout, trace, cancellationToken);
        trace.Begin(settings.Query is null ? "waiting for the answer to select 1" : "waiting for the query's answer");
        var answer = await session.QueryAsync(settings.Query ?? "select 1", columns: 1, settings.Parameters, cancellationToken);
        trace.End("query");
        if (settings.Query is not null && answer is [{ } scalar, ..])
        {
            NoteScalar(scalar, trace);
        }

        await NoteStateAsync(session, trace, cancellationToken);
        if (settings.RoundTrip is { } roundTrip)
        {
            await GoAsync(roundTrip, session, check, trace, cancellationToken);
        }
    }

    private async Task<PostgresSession> OpenAsync(TimeSpan deadline, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        trace.Begin($"connecting to {string.Join(", ", settings.Servers)}");
        try
        {
            var (session, certificate) = await new PostgresOpening(settings, deadline, clock).OpenAsync(cancellationToken);
            trace.End(ConnectionTrace.Connect);
            trace.Note(Version, session.Version.ToString());
            foreach (var (name, value) in certificate)
            {
                trace.Note(name, value);
            }

            return session;
        }
        catch (Exception e) when (e is PostgresException or CheckFailedException)
        {
            // A server was reached, and answered.
            trace.End(ConnectionTrace.Connect);
            throw;
        }
    }

    private static async Task GoAsync(
        PostgresRoundTrip roundTrip, PostgresSession session, HealthCheckRegistration check, ConnectionTrace trace,
        CancellationToken cancellationToken)
    {
        try
        {
            await roundTrip.RunAsync(session, check.Name, check.Timeout, trace, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState != PostgresErrorCodes.QueryCanceled)
        {
            var isStandby = e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction && await session.IsInRecoveryAsync(cancellationToken);
            var (type, reason) = PostgresErrors.OfRoundTrip(e, roundTrip, session.Server, isStandby);
            throw new CheckFailedException(type, $"{trace.Doing}: {reason}", trace.Observed, e);
        }
    }

    private async Task NoteStateAsync(PostgresSession session, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        trace.Begin("reading the server state");
        if (session.InHotStandby is { } standby)
        {
            trace.Note("inRecovery", standby);
        }
        else if (settings.NeedsRecovery)
        {
            trace.Note("inRecovery", await session.QueryAsync(Recovery, columns: 1, cancellationToken) is ["t"]);
        }

        if (settings.NeedsConnections
            && await session.QueryAsync(Connections, columns: 2, cancellationToken) is [{ } counted, { } most]
            && double.TryParse(counted, CultureInfo.InvariantCulture, out var open)
            && double.TryParse(most, CultureInfo.InvariantCulture, out var max))
        {
            trace.Note("connections.open", open);
            trace.Note("connections.max", max);
            trace.Note("connections.used", 100 * open / max);
        }
    }

    private static void NoteScalar(string scalar, ConnectionTrace trace)
    {
        trace.Note("text", scalar);
        if (double.TryParse(scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            trace.Note("value", number);
        }
    }
}
