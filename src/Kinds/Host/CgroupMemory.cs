namespace HealthAgent.Kinds.Host;

/// <summary>
/// Memory limits of the process's cgroup and its ancestors, versions 1 and 2; reaching any of them gets the process killed.
/// </summary>
/// <remarks>
/// Rule: the kernel's cgroup-v2, Memory, and cgroup-v1, memory; cgroups(7) for <c>/proc/self/cgroup</c>. Inactive file pages are reclaimed
/// before anything is killed.
/// </remarks>
internal static class CgroupMemory
{
    // Version 1 expresses "no limit" as the largest multiple of the page size in a signed 64-bit number.
    private const double NoLimit = 1L << 62;

    private static readonly Files Version2 = new("memory.max", "memory.current", "inactive_file");
    private static readonly Files Version1 = new("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");

    /// <summary>The effective limits, innermost first; empty without a limited cgroup.</summary>
    public static IEnumerable<MemoryReading> Limits(string proc)
    {
        var groups = NumberFile.Lines(Path.Combine(proc, "self", "cgroup"));
        var mounts = NumberFile.Lines(Path.Combine(proc, "self", "mountinfo"))
            .Where(static line => line.Contains(" - cgroup", StringComparison.Ordinal));
        foreach (var mount in Mount.All(mounts))
        {
            var (files, own) = mount switch
            {
                { FileSystem: "cgroup2" } => (Version2, OwnGroup(groups, static controllers => controllers.Length == 0)),
                { FileSystem: "cgroup" } when mount.Options.Contains("memory", StringComparer.Ordinal) =>
                    (Version1, OwnGroup(groups, static controllers => controllers.Split(',').Contains("memory", StringComparer.Ordinal))),
                _ => (Version2, null),
            };
            for (var folder = own is null ? null : Folder(mount, own); folder is not null; folder = Above(folder, mount.Point))
            {
                if (Read(folder, files) is { } reading)
                {
                    yield return reading;
                }
            }
        }
    }

    /// <summary>The group of a hierarchy: <c>4:memory:/group</c>, or <c>0::/group</c> in version 2.</summary>
    private static string? OwnGroup(string[] groups, Func<string, bool> isHierarchy) =>
        groups.Select(line => line.Split(':', 3)).FirstOrDefault(parts => parts.Length == 3 && isHierarchy(parts[1]))?[2];

    /// <summary>
    /// The group's folder. A container may see only part of the hierarchy: its mount then shows what lies below the mount's root. If the
    /// group
    /// is elsewhere or missing, the mount itself is the container's group.
    /// </summary>
    private static string Folder(Mount mount, string group)
    {
        // In a cgroup namespace, groups outside it appear as /../group.
        var isBelow = Mount.IsAbove(mount.Root, group) && !group.StartsWith("/..", StringComparison.Ordinal);
        var folder = isBelow ? Path.Join(mount.Point, mount.Root == "/" ? group : group[mount.Root.Length..]) : mount.Point;
        return Directory.Exists(folder) ? Path.TrimEndingDirectorySeparator(folder) : mount.Point;
    }

    /// <summary>The parent group, unless version 1 does not account for it there (<c>memory.use_hierarchy</c> is 0).</summary>
    private static string? Above(string folder, string point) =>
        folder != point && Path.GetDirectoryName(folder) is { } above
            && NumberFile.First(Path.Combine(above, "memory.use_hierarchy")) is not 0 ? above : null;

    private static MemoryReading? Read(string folder, Files files)
    {
        if (NumberFile.First(Path.Combine(folder, files.Limit)) is not { } most || most >= NoLimit
            || NumberFile.First(Path.Combine(folder, files.Usage)) is not { } current)
        {
            return null;
        }

        var givenBack = NumberFile.Fields(Path.Combine(folder, "memory.stat")).GetValueOrDefault(files.GivenBack);
        return new MemoryReading("cgroup", most, Math.Clamp(most - current + givenBack, 0, most));
    }

    /// <summary>File names of a cgroup version.</summary>
    private sealed record Files(string Limit, string Usage, string GivenBack);
}
