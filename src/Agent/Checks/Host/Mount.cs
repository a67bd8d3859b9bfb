using System.Text.RegularExpressions;

namespace HealthAgent.Checks.Host;

/// <summary>One line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Point">Where it is mounted.</param>
/// <param name="FileSystem">Its type.</param>
/// <param name="ReadOnly">Whether the mount, or what is mounted, cannot be written.</param>
/// <remarks>Rule: proc_pid_mountinfo(5).</remarks>
internal sealed partial record Mount(string Point, string FileSystem, bool ReadOnly)
{
    /// <summary>The mount that holds a path: of the longest mount points above it the last one mounted. Symbolic links are not followed.</summary>
    public static Mount? Of(string path, IEnumerable<string> mountInfo)
    {
        Mount? found = null;
        foreach (var line in mountInfo)
        {
            if (Parse(line) is { } mount && Holds(mount.Point, path) && mount.Point.Length >= (found?.Point.Length ?? 0))
            {
                found = mount;
            }
        }

        return found;
    }

    private static bool Holds(string point, string path) =>
        point == "/" || (path.StartsWith(point, StringComparison.Ordinal) && (path.Length == point.Length || path[point.Length] == '/'));

    /// <summary>Reads <c>36 35 98:0 /root /point options optional… - type source superoptions</c>.</summary>
    private static Mount? Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        var (left, right) = (halves[0].Split(' '), halves.Length > 1 ? halves[1].Split(' ') : []);
        return left.Length < 6 || right.Length < 3 ? null : new Mount(
            Octal().Replace(left[4], static match => ((char)Convert.ToInt32(match.Groups["code"].Value, 8)).ToString()),
            right[0],
            left[5].Split(',').Contains("ro", StringComparer.Ordinal) || right[2].Split(',').Contains("ro", StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\\(?<code>[0-7]{3})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Octal();
}
