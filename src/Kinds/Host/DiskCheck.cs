using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Host;

/// <summary>Checks the file system of a path.</summary>
internal sealed class DiskCheck(string path, string mounts) : IHealthCheck
{
    private static readonly Setting<string> Path = new(
        "path",
        SettingShape.Matching("path", "^([/\\\\]|[A-Za-z]:)"),
        "an absolute path of a directory or file, or of a link to one",
        ReadPath)
    {
        Default = "/",
    };

    /// <summary>The kind <c>disk</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "disk",
        Description = "The file system that a path leads to answers and has room.",
        ComponentType = "system",
        DefaultTier = Tier.Dependency,
        Example = "path: /var/lib",
        Values =
        [
            new("used", ObservedType.Percent, "the space used, of what may be used without being root, as df shows it"),
            new("free", ObservedType.Size, "the space left without being root"),
            new("total", ObservedType.Size, "the size of the file system"),
            new("inodesUsed", ObservedType.Percent,
                "the inodes used, of what may be used without being root; not there where the file system has no fixed number of them, "
                + "such as btrfs (Linux and macOS)"),
            new("mountPoint", ObservedType.Text, "where it is mounted; tells a lost mount from a full one (Linux)"),
            new("fileSystem", ObservedType.Text, "its type, such as ext4 or nfs4 (Linux)"),
            new("readOnly", ObservedType.Boolean, "whether it is mounted read-only, as after an error of the disk (Linux)"),
        ],
        DefaultExpect = ["used < 95%", "inodesUsed < 95%"],
        DefaultWarn = ["used > 85%", "inodesUsed > 85%"],
        Settings = [Path],
        Plan = static context =>
        {
            var path = context.Settings.Get(Path);
            return new PlannedCheck(_ => new DiskCheck(path, "/proc/self/mountinfo"));
        },
    };

    // A dead network mount may block forever. One query at a time: a hung one holds a single thread.
    private Task<Dictionary<string, object>>? _question;

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _question ??= Task.Run(Ask, CancellationToken.None);
        try
        {
            var observed = await _question.WaitAsync(cancellationToken);
            _question = null;
            return HealthCheckResult.Healthy(data: observed);
        }
        catch (OperationCanceledException e)
        {
            throw new CheckFailedException(ErrorType.Timeout, $"the file system of {path} does not respond", inner: e);
        }
        catch
        {
            _question = null;
            throw;
        }
    }

    private Dictionary<string, object> Ask()
    {
        // Resolved in each run, since a link may change.
        var real = PosixFiles.RealPath(path);
        var drive = new DriveInfo(real);
        var (total, free, available) = (drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
        var usable = total - free + available;
        var observed = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["used"] = usable == 0 ? 0d : 100d * (total - free) / usable,
            ["free"] = available,
            ["total"] = total,
        };
        if (PosixFiles.InodesUsed(real) is { } inodesUsed)
        {
            observed["inodesUsed"] = inodesUsed;
        }

        if (File.Exists(mounts) && Mount.Of(real, File.ReadLines(mounts)) is { } mount)
        {
            observed["mountPoint"] = mount.Point;
            observed["fileSystem"] = mount.FileSystem;
            observed["readOnly"] = mount.ReadOnly;
        }

        return observed;
    }

    private static string ReadPath(SettingsReader settings, string key)
    {
        var path = settings.Text(key) ?? System.IO.Path.GetPathRoot(Environment.CurrentDirectory) ?? "/";
        if (!System.IO.Path.IsPathFullyQualified(path))
        {
            settings.Reject(key, $"'{path}' is not an absolute path");
            return "/";
        }

        return System.IO.Path.TrimEndingDirectorySeparator(path);
    }
}
