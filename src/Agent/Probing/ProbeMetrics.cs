using System.Net;
using System.Net.Sockets;
using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Agent.Probing;

/// <summary>What a probe observed, under the names that blackbox_exporter has for it.</summary>
internal static class ProbeMetrics
{
    /// <summary>The metrics of a probe.</summary>
    public static IReadOnlyList<GaugeFamily> Of(ProbeRun run)
    {
        var kind = (run.Plan.Kind.Preset?.Kind ?? run.Plan.Kind).Name;
        return
        [
            .. OfAll(run),
            .. kind switch
            {
                "http" => HttpProbeMetrics.Of(run),
                "grpc" => GrpcProbeMetrics.Of(run),
                "tcp" => OfTcp(run),
                _ => [],
            },
        ];
    }

    /// <summary>What was observed under a name, as a number: durations in seconds; 0 where it was not.</summary>
    public static double Observed(this ProbeRun run, string name) => run.Find(name) switch
    {
        null => 0,
        TimeSpan duration => duration.TotalSeconds,
        var value => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>How long resolving names took, also where it failed, in seconds.</summary>
    public static double Resolving(this ProbeRun run) =>
        run.Find("dns") is null && run.Record.ErrorType == ErrorType.Dns ? run.Record.Duration.TotalSeconds : run.Observed("dns");

    /// <summary>What was observed under a name; null where nothing was.</summary>
    public static object? Find(this ProbeRun run, string name) =>
        run.Record.Verdict.Observations.FirstOrDefault(observation => observation.Name == name) is { Value: { } value } ? value : null;

    /// <summary>Whether an expectation of a text failed it, which is what regular expressions are in blackbox_exporter.</summary>
    public static bool FailedByText(this ProbeRun run)
    {
        var missed = run.Record.Verdict.Conditions.Where(static condition => condition is { IsExpectation: true, Applies: true })
            .Select(static condition => condition.Text).ToHashSet(StringComparer.Ordinal);
        return run.Plan.Conditions.Expect.Any(
            condition => condition.Left.Value.Name is "body" or "header" && missed.Contains(condition.Text));
    }

    private static IEnumerable<GaugeFamily> OfAll(ProbeRun run)
    {
        var address = AddressOf(run.Explanation);
        yield return new("probe_success", "1 if the probe succeeded, 0 if it failed.", run.Record.Result == Result.Fail ? 0 : 1);
        yield return new("probe_duration_seconds", "How long the probe took.", run.Record.Duration.TotalSeconds);
        yield return new("probe_dns_lookup_time_seconds", "How long resolving the name took.", run.Resolving());
        yield return new("probe_ip_protocol", "The version of IP: 4 or 6; 0 without a connection.", address?.AddressFamily switch
        {
            AddressFamily.InterNetwork => 4,
            AddressFamily.InterNetworkV6 => 6,
            _ => 0,
        });
        yield return new("probe_ip_addr_hash", "A hash of the address, which changes with it.", address is null ? 0 : HashOf(address));
    }

    private static IEnumerable<GaugeFamily> OfTcp(ProbeRun run)
    {
        if (run.Find("connect") is not null)
        {
            yield return new("probe_failed_due_to_regex", "1 if the probe failed by an expectation of a text.", 0);
            yield return new("probe_failed_due_to_bytes", "1 if the probe failed by an expectation of bytes.", 0);
        }
    }

    // An address that the policy refused was not attempted, and is not shown.
    private static IPAddress? AddressOf(ExplainedRun explanation)
    {
        var attempt = explanation.Connections.OrderBy(static attempt => attempt.Outcome != ConnectionOutcome.Connected)
            .Select(static attempt => attempt.Address).FirstOrDefault();
        return IPAddress.TryParse(attempt, out var address) ? address : null;
    }

    /// <summary>FNV-1a with 32 bits, over the bytes of the address.</summary>
    private static uint HashOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.GetAddressBytes().Aggregate(2166136261u, static (hash, part) => unchecked((hash ^ part) * 16777619u));
    }
}
