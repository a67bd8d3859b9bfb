namespace HealthAgent.Kinds.Host;

/// <summary>Total and available memory.</summary>
/// <param name="Source"><c>host</c>, or <c>cgroup</c> if the limit of a container or service is tighter.</param>
/// <param name="Total">Total bytes.</param>
/// <param name="Available">Bytes available without swapping.</param>
internal sealed record MemoryReading(string Source, double Total, double Available)
{
    private const double KiB = 1024;

    /// <summary>Percentage used.</summary>
    public double Used => Total > 0 ? 100 * (Total - Available) / Total : 0;

    /// <summary>The tighter of the host's memory and the limits of this process; null without <c>/proc</c>.</summary>
    public static MemoryReading? Of(string proc, out double? swapUsed)
    {
        var host = NumberFile.Fields(Path.Combine(proc, "meminfo"));
        swapUsed = host.TryGetValue("SwapTotal", out var swap) && swap > 0 && host.TryGetValue("SwapFree", out var free)
            ? 100 * (swap - free) / swap
            : null;
        if (!host.TryGetValue("MemTotal", out var total) || !host.TryGetValue("MemAvailable", out var available))
        {
            return null;
        }

        return CgroupMemory.Limits(proc).Append(new MemoryReading("host", total * KiB, available * KiB)).MaxBy(reading => reading.Used);
    }
}
