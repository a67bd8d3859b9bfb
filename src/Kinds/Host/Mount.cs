using System.Text.RegularExpressions;

namespace HealthAgent.Kinds.Host;

/// <summary>One line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Point">The mount point.</param>
/// <param name="Root">The mounted part of the file system: <c>/</c> or a folder in it.</param>
/// <param name="FileSystem">The file system type.</param>
/// <param name="Options">The file system's options, such as the controllers of a cgroup hierarchy.</param>
/// <param name="ReadOnly">Whether the mount or its file system is read-only.</param>
/// <remarks>Rule: proc_pid_mountinfo(5).</remarks>
internal sealed partial record Mount(string Point, string Root, string FileSystem, IReadOnlyList<string> Options, bool ReadOnly)
{
    /// <summary>The mount that contains a path: the longest mount point, the last mounted of equal ones. Links are not followed.</summary>
    public static Mount? Of(string path, IEnumerable<string> mountInfo)
    {
        Mount? found = null;
        foreach (var mount in All(mountInfo))
        {
            if (IsAbove(mount.Point, path) && mount.Point.Length >= (found?.Point.Length ?? 0))
            {
                found = mount;
            }
        }

        return found;
    }

    /// <summary>All mounts in mount order. Malformed lines are skipped.</summary>
    public static IEnumerable<Mount> All(IEnumerable<string> mountInfo) => mountInfo.Select(Parse).OfType<Mount>();

    /// <summary>Whether a path is a folder or lies inside it.</summary>
    public static bool IsAbove(string folder, string path) =>
        folder == "/"
        || (path.StartsWith(folder, StringComparison.Ordinal)
            && (path.Length == folder.Length || path[folder.Length] == '/'));

    /// <summary>Parses <c>36 35 98:0 /root /point options optional… - type source superoptions</c>.</summary>
    private static Mount? Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        var (left, right) = (halves[0].Split(' '), halves.Length > 1 ? halves[1].Split(' ') : []);
        if (left.Length < 6 || right.Length < 3)
        {
            return null;
        }

        var options = right[2].Split(',');
        return new Mount(
            Unescape(left[4]), Unescape(left[3]), right[0], options,
            left[5].Split(',').Contains("ro", StringComparer.Ordinal) || options.Contains("ro", StringComparer.Ordinal));
    }

    private static string Unescape(string text) =>
        !text.Contains('\\')
            ? text
            : Octal().Replace(text, static match => ((char)Convert.ToInt32(match.Groups["code"].Value, 8)).ToString());

    [GeneratedRegex(@"\\(?<code>[0-7]{3})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Octal();
}
