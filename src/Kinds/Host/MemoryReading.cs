namespace HealthAgent.Kinds.Host;

/// <summary>How much memory there is and how much of it can still be had.</summary>
/// <param name="Source"><c>host</c>, or <c>cgroup</c> where a limit of a container or a service is tighter.</param>
/// <param name="Total">Bytes that can be had at most.</param>
/// <param name="Available">Bytes that can be had without swapping.</param>
internal sealed record MemoryReading(string Source, double Total, double Available)
{
    private const double KiB = 1024;

    /// <summary>Hundredths used.</summary>
    public double Used => Total > 0 ? 100 * (Total - Available) / Total : 0;

    /// <summary>The tighter of the host's memory and the limits above this process; null where there is no <c>/proc</c>.</summary>
    public static MemoryReading? Of(string proc, out double? swapUsed)
    {
        var host = NumberFile.Fields(Path.Combine(proc, "meminfo"));
        swapUsed = host.TryGetValue("SwapTotal", out var swap) && swap > 0 && host.TryGetValue("SwapFree", out var free) ? 100 * (swap - free) / swap : null;
        if (!host.TryGetValue("MemTotal", out var total) || !host.TryGetValue("MemAvailable", out var available))
        {
            return null;
        }

        return CgroupMemory.Limits(proc).Append(new MemoryReading("host", total * KiB, available * KiB)).MaxBy(reading => reading.Used);
    }
}
