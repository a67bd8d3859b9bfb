using System.Globalization;

namespace HealthAgent.Checks.Host;

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
    public static MemoryReading? Of(string proc, string cgroups, out double? swapUsed)
    {
        var host = Fields(Path.Combine(proc, "meminfo"));
        swapUsed = host.TryGetValue("SwapTotal", out var swap) && swap > 0 && host.TryGetValue("SwapFree", out var free) ? 100 * (swap - free) / swap : null;
        if (!host.TryGetValue("MemTotal", out var total) || !host.TryGetValue("MemAvailable", out var available))
        {
            return null;
        }

        return Limits(proc, cgroups).Append(new MemoryReading("host", total * KiB, available * KiB)).MaxBy(reading => reading.Used);
    }

    /// <summary>The limits of the process' own cgroup and of those above it; any of them ends it.</summary>
    /// <remarks>Rule: the kernel's cgroup-v2, memory. Inactive file pages are given back before anything is killed.</remarks>
    private static IEnumerable<MemoryReading> Limits(string proc, string cgroups)
    {
        var own = ReadLines(Path.Combine(proc, "self", "cgroup")).FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal));
        for (var group = own?[3..].Trim('/'); group is not null; group = group.Length == 0 ? null : Path.GetDirectoryName(group) ?? "")
        {
            var folder = Path.Combine(cgroups, group);
            if (Number(Path.Combine(folder, "memory.max")) is { } most && Number(Path.Combine(folder, "memory.current")) is { } current)
            {
                var givenBack = Fields(Path.Combine(folder, "memory.stat")).GetValueOrDefault("inactive_file");
                yield return new MemoryReading("cgroup", most, Math.Clamp(most - current + givenBack, 0, most));
            }
        }
    }

    private static double? Number(string file) =>
        double.TryParse(ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads lines of a name, a colon or not, and a number.</summary>
    private static Dictionary<string, double> Fields(string file)
    {
        var fields = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in ReadLines(file))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var text, ..]
                && double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            {
                fields[name.TrimEnd(':')] = number;
            }
        }

        return fields;
    }

    private static string[] ReadLines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
