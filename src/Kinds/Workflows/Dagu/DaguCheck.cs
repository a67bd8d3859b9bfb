using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Memory;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>
/// Checks the workflow engine Dagu: at tier liveness its web server, at tier dependency also what <see cref="DaguConcerns"/> lists. Dagu's
/// own health is healthy regardless of its scheduler; its list of schedulers drops one about half a minute after it died or froze. Every
/// run uses a new connection.
/// </summary>
internal sealed class DaguCheck(DaguSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>dagu</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "dagu",
        Description = "Dagu answers; at tier dependency, has exactly one active scheduler and no stuck queue; at tier functional, keeps "
            + "schedules and executes runs.",
        DefaultTier = Tier.Dependency,
        DefaultTierOf = DaguFunctionalSettings.DefaultTierOf,
        DefaultTierNote = "`functional` with `canary` or `schedules`",
        Example = "url: http://dagu:8080",
        Values =
        [
            new("status", ObservedType.Text, "what Dagu says of itself"),
            new("version", ObservedType.Text, "Dagu's version"),
            new("uptime", ObservedType.Duration, "how long its web server runs"),
            new("api", ObservedType.Text, "the path of its API, such as /api/v2"),
            .. DaguConcerns.All.SelectMany(concern => concern.Values),
            .. ConnectionTrace.Phases,
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        DefaultExpect = ["status == healthy", .. DaguConcerns.All.SelectMany(concern => concern.Expect)],
        DefaultWarn = [.. DaguConcerns.All.SelectMany(concern => concern.Warn)],
        Settings = DaguSettings.All,
        Plan = static context =>
        {
            var dagu = DaguSettings.Read(context);
            return new PlannedCheck(services => new DaguCheck(dagu, services.GetRequiredService<TimeProvider>()), dagu.Host);
        },
    };

    private readonly IReadOnlyList<IDaguPart> _parts =
    [
        .. DaguConcerns.All.Where(concern => concern.Tier <= settings.Tier)
            .Select(concern => concern.Create(settings, clock)).OfType<IDaguPart>(),
    ];

    private readonly DaguLoginPause _pause = new(clock);
    private DaguKnowledge _known = new();

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var connections = new HttpConnections(new HttpConnectionOptions { Tls = settings.Security, Share = true }, clock);
        var trace = connections.Trace;
        var http = new DaguHttp(settings, connections, RunMemory.Current.All, _pause, clock) { Known = _known };
        var known = new DaguKnowledge();
        try
        {
            await ObserveAsync(new DaguApi(settings, http), trace, cancellationToken);
            known = http.Known;
            return HealthCheckResult.Healthy(data: trace.Observed);
        }
        catch (Exception e)
        {
            known = e is OperationCanceledException ? http.Known : known;
            throw connections.Failed(e);
        }
        finally
        {
            _known = known;
        }
    }

    private async Task ObserveAsync(DaguApi api, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var (health, answer) = await api.FindAsync(cancellationToken);
        var run = new DaguRun(api, trace, health, answer, clock);
        run.Note("status", health.Status.ToString());
        run.Note("version", run.Version);
        if (run.Uptime is { } uptime)
        {
            run.Note("uptime", uptime);
        }

        run.Note("api", api.Prefix);
        foreach (var part in _parts)
        {
            await part.ObserveAsync(run, cancellationToken);
        }
    }
}
