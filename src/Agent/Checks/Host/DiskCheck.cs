using HealthAgent.Configuration;
using HealthAgent.Expectations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks.Host;

/// <summary>Looks at the file system that holds a path.</summary>
internal sealed class DiskCheck(string path, string mounts) : IHealthCheck
{
    /// <summary>The kind <c>disk</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "disk",
        Description = "The file system that holds a path answers and has room.",
        DefaultTier = Tier.Dependency,
        Values =
        [
            new("used", ObservedType.Percent, "the space used, of what may be used without being root, as df shows it"),
            new("free", ObservedType.Size, "the space left without being root"),
            new("total", ObservedType.Size, "the size of the file system"),
            new("mountPoint", ObservedType.Text, "where it is mounted; tells a lost mount from a full one (Linux)"),
            new("fileSystem", ObservedType.Text, "its type, such as ext4 or nfs4 (Linux)"),
            new("readOnly", ObservedType.Boolean, "whether it is mounted read-only, as after an error of the disk (Linux)"),
        ],
        DefaultExpect = ["used < 95%"],
        DefaultWarn = ["used > 85%"],
        Read = static (settings, _) =>
        {
            var path = ReadPath(settings);
            return _ => new DiskCheck(path, "/proc/self/mountinfo");
        },
    };

    // Asking a dead network mount may never return. There is one question at a time: a hung one holds one thread, not one a run.
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
            throw new CheckFailedException(ErrorType.Timeout, $"the file system of {path} does not answer", inner: e);
        }
        catch
        {
            _question = null;
            throw;
        }
    }

    private Dictionary<string, object> Ask()
    {
        if (!Path.Exists(path))
        {
            throw new CheckFailedException(ErrorType.NotFound, $"{path} does not exist, or may not be seen");
        }

        var drive = new DriveInfo(path);
        var (total, free, available) = (drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
        var usable = total - free + available;
        var observed = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["used"] = usable == 0 ? 0d : 100d * (total - free) / usable,
            ["free"] = available,
            ["total"] = total,
        };
        if (File.Exists(mounts) && Mount.Of(path, File.ReadLines(mounts)) is { } mount)
        {
            observed["mountPoint"] = mount.Point;
            observed["fileSystem"] = mount.FileSystem;
            observed["readOnly"] = mount.ReadOnly;
        }

        return observed;
    }

    private static string ReadPath(SettingsReader settings)
    {
        var path = settings.Text("path") ?? Path.GetPathRoot(Environment.CurrentDirectory) ?? "/";
        if (!Path.IsPathFullyQualified(path))
        {
            settings.Reject("path", $"'{path}' is not an absolute path");
            return "/";
        }

        return Path.TrimEndingDirectorySeparator(path);
    }
}
