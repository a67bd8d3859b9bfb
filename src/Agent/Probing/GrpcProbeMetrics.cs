using Grpc.Core;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network.Grpc;
using static HealthAgent.Kinds.Network.Grpc.V1.HealthCheckResponse.Types;

namespace HealthAgent.Agent.Probing;

/// <summary>What a probe of kind <c>grpc</c> observed, under the names that blackbox_exporter has for it.</summary>
internal static class GrpcProbeMetrics
{
    /// <summary>The metrics of a call of gRPC.</summary>
    public static IEnumerable<GaugeFamily> Of(ProbeRun run)
    {
        var (isAsked, handshake) = (run.Explanation.Connections.Count > 0, HandshakeOf(run));
        yield return new("probe_grpc_duration_seconds", "How long each phase took.", Phases(run, isAsked));
        yield return new("probe_grpc_ssl", "1 if the answer came by TLS.", handshake is null ? 0 : 1);
        yield return new(
            "probe_grpc_status_code", "The status code of the call: 14, UNAVAILABLE, without an answer.", isAsked ? (int)CodeOf(run) : 0);
        if (isAsked)
        {
            yield return new(
                "probe_grpc_healthcheck_response", "1 for what the server says of the service.", [.. Enum.GetValues<ServingStatus>()
                    .Select(status => new GaugeSample(
                        StatusOf(run) == status.Name() ? 1 : 0, ("serving_status", status.Name().ToUpperInvariant())))]);
        }

        foreach (var family in handshake is null ? [] : TlsProbeMetrics.OfConnection(handshake))
        {
            yield return family;
        }
    }

    // The name is a phase, and all that comes after it the other.
    private static GaugeSample[] Phases(ProbeRun run, bool isAsked)
    {
        var resolving = run.Observed("dns");
        var resolve = new GaugeSample(resolving, ("phase", "resolve"));
        return isAsked
            ? [new(Math.Max(0, run.Record.Duration.TotalSeconds - resolving), ("phase", "check")), resolve]
            : [resolve];
    }

    private static StatusCode CodeOf(ProbeRun run) => run.Find("code") switch
    {
        string name => Enum.GetValues<StatusCode>().First(code => code.Name() == name),
        _ when run.Record.ErrorType == ErrorType.Timeout => StatusCode.DeadlineExceeded,
        _ => StatusCode.Unavailable,
    };

    private static string? StatusOf(ProbeRun run) => run.Find("status") as string;

    // Of a connection without an answer, nothing is known to it.
    private static TlsHandshake? HandshakeOf(ProbeRun run) =>
        StatusOf(run) is not null && run.Explanation.Handshakes is [.., { Chain.Count: > 0 } handshake] ? handshake : null;
}
