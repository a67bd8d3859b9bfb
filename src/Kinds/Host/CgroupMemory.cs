namespace HealthAgent.Kinds.Host;

/// <summary>The limits on memory of the process' cgroup and of those above it, of version 2 and of version 1; any of them ends the process.</summary>
/// <remarks>
/// Rule: the kernel's cgroup-v2, Memory, and cgroup-v1, memory; cgroups(7) for <c>/proc/self/cgroup</c>. File pages that were not used of
/// late are given back before anything is killed.
/// </remarks>
internal static class CgroupMemory
{
    // Version 1 has no word for "no limit", but a number: the largest count of whole pages that a signed 64-bit number takes.
    private const double NoLimit = 1L << 62;

    private static readonly Files Version2 = new("memory.max", "memory.current", "inactive_file");
    private static readonly Files Version1 = new("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");

    /// <summary>The limits that hold, from the innermost out. None where there is no cgroup with a limit.</summary>
    public static IEnumerable<MemoryReading> Limits(string proc)
    {
        var groups = NumberFile.Lines(Path.Combine(proc, "self", "cgroup"));
        var mounts = NumberFile.Lines(Path.Combine(proc, "self", "mountinfo")).Where(static line => line.Contains(" - cgroup", StringComparison.Ordinal));
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

    /// <summary>The group on the line of a hierarchy, <c>4:memory:/group</c>, or <c>0::/group</c> in version 2.</summary>
    private static string? OwnGroup(string[] groups, Func<string, bool> isHierarchy) =>
        groups.Select(line => line.Split(':', 3)).FirstOrDefault(parts => parts.Length == 3 && isHierarchy(parts[1]))?[2];

    /// <summary>
    /// Where the group is seen. A container may see only a part of the hierarchy: below its mount then stands what lies below the mount's
    /// root, and where the group lies elsewhere, or is not there, the mount itself is the container's own group.
    /// </summary>
    private static string Folder(Mount mount, string group)
    {
        // With a namespace of its own, a process sees groups outside of it as /../group.
        var isBelow = Mount.IsAbove(mount.Root, group) && !group.StartsWith("/..", StringComparison.Ordinal);
        var folder = isBelow ? Path.Join(mount.Point, mount.Root == "/" ? group : group[mount.Root.Length..]) : mount.Point;
        return Directory.Exists(folder) ? Path.TrimEndingDirectorySeparator(folder) : mount.Point;
    }

    /// <summary>The group above, unless it is not counted there, as old hierarchies of version 1 may have it.</summary>
    private static string? Above(string folder, string point) =>
        folder != point && Path.GetDirectoryName(folder) is { } above && NumberFile.First(Path.Combine(above, "memory.use_hierarchy")) is not 0 ? above : null;

    private static MemoryReading? Read(string folder, Files files)
    {
        if (NumberFile.First(Path.Combine(folder, files.Limit)) is not { } most || most >= NoLimit || NumberFile.First(Path.Combine(folder, files.Usage)) is not { } current)
        {
            return null;
        }

        var givenBack = NumberFile.Fields(Path.Combine(folder, "memory.stat")).GetValueOrDefault(files.GivenBack);
        return new MemoryReading("cgroup", most, Math.Clamp(most - current + givenBack, 0, most));
    }

    /// <summary>Where a version of cgroups has what.</summary>
    private sealed record Files(string Limit, string Usage, string GivenBack);
}
