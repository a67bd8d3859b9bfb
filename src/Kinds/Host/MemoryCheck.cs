using HealthAgent.Checks;
using HealthAgent.Expectations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Host;

/// <summary>Checks the memory of the host, or of the container's or service's limit if tighter.</summary>
internal sealed class MemoryCheck(string proc) : IHealthCheck
{
    /// <summary>The kind <c>memory</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "memory",
        Description = "Memory is available, on the host and within the container's limit.",
        ComponentType = "system",
        DefaultTier = Tier.Dependency,
        Values =
        [
            new("used", ObservedType.Percent, "the memory that is in use"),
            new("available", ObservedType.Size, "the memory that is available without swapping"),
            new("total", ObservedType.Size, "the memory, or the limit"),
            new("source", ObservedType.Text, "host, or cgroup where a limit is tighter"),
            new("swapUsed", ObservedType.Percent, "the host's swap in use; not there without swap"),
        ],
        DefaultExpect = ["used < 97%"],
        DefaultWarn = ["used > 90%"],
        Plan = static _ => new PlannedCheck(static _ => new MemoryCheck("/proc")),
    };

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reading = MemoryReading.Of(proc, out var swapUsed) ?? OfRuntime();
        var observed = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["used"] = reading.Used,
            ["available"] = reading.Available,
            ["total"] = reading.Total,
            ["source"] = reading.Source,
        };
        if (swapUsed is { } swap)
        {
            observed["swapUsed"] = swap;
        }

        return Task.FromResult(HealthCheckResult.Healthy(data: observed));
    }

    /// <summary>The runtime's figures, as of the last garbage collection, on systems other than Linux.</summary>
    private static MemoryReading OfRuntime()
    {
        var memory = GC.GetGCMemoryInfo();
        return new MemoryReading(
            "host", memory.TotalAvailableMemoryBytes, Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes));
    }
}
