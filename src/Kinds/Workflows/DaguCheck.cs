using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Memory;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Workflows;

/// <summary>
/// Checks the workflow engine Dagu: at tier liveness its web server, at tier dependency also an active scheduler and the queues. Dagu's own
/// health is healthy regardless of its scheduler; its list of schedulers drops one about half a minute after it died or froze. Every run
/// uses a new connection.
/// </summary>
internal sealed class DaguCheck(DaguSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>dagu</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "dagu",
        Description = "Dagu answers and, at tier dependency, has an active scheduler.",
        DefaultTier = Tier.Dependency,
        Example = "url: http://dagu:8080",
        Values =
        [
            new("status", ObservedType.Text, "what Dagu says of itself"),
            new("version", ObservedType.Text, "Dagu's version"),
            new("uptime", ObservedType.Duration, "how long its web server runs"),
            new("api", ObservedType.Text, "the path of its API, such as /api/v2"),
            new("schedulers", ObservedType.Number, "schedulers known, standbys too; from version 1.20"),
            new("schedulers.active", ObservedType.Number, "schedulers that schedule; from version 1.20"),
            new("queued", ObservedType.Number, "runs that wait in queues; from version 1.22"),
            new("running", ObservedType.Number, "runs under way in queues; from version 1.22"),
            new("utilization", ObservedType.Percent, "running of what the queues let run at once; from version 1.22"),
            new("workers", ObservedType.Number, "distributed workers; only when a condition speaks of workers"),
            new("workers.healthy", ObservedType.Number, "those that are healthy; only when a condition speaks of workers"),
            .. ConnectionTrace.Phases,
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        DefaultExpect = ["status == healthy", "schedulers.active >= 1"],
        Settings = DaguSettings.All,
        Plan = static context =>
        {
            var dagu = DaguSettings.Read(context);
            return new PlannedCheck(services => new DaguCheck(dagu, services.GetRequiredService<TimeProvider>()), dagu.Host);
        },
    };

    private DaguKnowledge _known = new();

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var connections = new HttpConnections(new HttpConnectionOptions { Tls = settings.Security, Share = true }, clock);
        var trace = connections.Trace;
        var (api, known) = (new DaguApi(settings, connections, RunMemory.Current.All) { Known = _known }, new DaguKnowledge());
        try
        {
            NoteHealth(await api.FindAsync(cancellationToken), trace);
            trace.Note("api", api.Known.Prefix!);
            if (!settings.OnlyLiveness)
            {
                await NoteDependenciesAsync(api, trace, cancellationToken);
            }

            known = api.Known;
            return HealthCheckResult.Healthy(data: trace.Observed);
        }
        catch (Exception e)
        {
            known = e is OperationCanceledException ? api.Known : known;
            throw connections.Failed(e);
        }
        finally
        {
            _known = known;
        }
    }

    private static void NoteHealth(JsonElement health, ConnectionTrace trace)
    {
        trace.Note("status", health.GetProperty("status").ToString());
        trace.Note("version", health.GetProperty("version").ToString());
        if (NumberAt(health, "uptime") is { } seconds)
        {
            trace.Note("uptime", TimeSpan.FromSeconds(seconds));
        }
    }

    private async Task NoteDependenciesAsync(DaguApi api, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        if (await api.AskAsync("/services/scheduler", cancellationToken) is { } services)
        {
            NoteCount(services, "schedulers", "status", ("schedulers.active", "active"), trace);
        }

        if (await api.AskAsync("/queues", cancellationToken) is { ValueKind: JsonValueKind.Object } queues
            && queues.TryGetProperty("summary", out var summary))
        {
            foreach (var (field, name) in ((string, string)[])[
                ("totalQueued", "queued"), ("totalRunning", "running"), ("utilizationPercentage", "utilization")])
            {
                if (NumberAt(summary, field) is { } number)
                {
                    trace.Note(name, number);
                }
            }
        }

        if (settings.NeedsWorkers && await api.AskAsync(DaguApi.Workers, cancellationToken) is { } workers)
        {
            NoteCount(workers, "workers", "healthStatus", ("workers.healthy", "healthy"), trace);
        }
    }

    /// <summary>Notes the length of a list, and how many items are in a state.</summary>
    private static void NoteCount(
        JsonElement answer, string list, string field, (string Name, string State) counted, ConnectionTrace trace)
    {
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(list, out var items)
            && items.ValueKind == JsonValueKind.Array)
        {
            trace.Note(list, items.GetArrayLength());
            trace.Note(counted.Name, items.EnumerateArray().Count(item =>
                item.ValueKind == JsonValueKind.Object && item.TryGetProperty(field, out var state)
                && state.ValueKind == JsonValueKind.String && state.ValueEquals(counted.State)));
        }
    }

    private static double? NumberAt(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var number)
            && number.ValueKind == JsonValueKind.Number
            ? number.GetDouble()
            : null;
}
