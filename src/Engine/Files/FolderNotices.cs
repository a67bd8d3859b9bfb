namespace HealthAgent.Files;

/// <summary>
/// Calls back on file system notifications from the folders of files. Notifications may be missing (network file systems, replaced
/// folders, exhausted limits), so callers must also poll.
/// </summary>
internal sealed class FolderNotices(Action stirred, Func<string, FileSystemWatcher>? open = null) : IDisposable
{
    // Each takes a thread and one of a user's 128 inotify instances.
    private const int MostFolders = 16;

    private readonly Lock _gate = new();
    private readonly List<FileSystemWatcher> _watchers = [];
    private bool _isDisposed;

    /// <summary>Watches the folders of these files and no others; reopens known folders, since they may have been replaced.</summary>
    public void Renew(IEnumerable<string> paths)
    {
        var folders = paths.Select(FolderOf).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostFolders).ToList();
        lock (_gate)
        {
            Close();
            if (!_isDisposed)
            {
                _watchers.AddRange(folders.Select(Open).OfType<FileSystemWatcher>());
            }
        }
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Close();
        }
    }

    private void Close()
    {
        _watchers.ForEach(watcher => watcher.Dispose());
        _watchers.Clear();
    }

    private static string? FolderOf(string path)
    {
        try
        {
            return Path.GetDirectoryName(Path.GetFullPath(path));
        }
        catch (Exception e) when (e is ArgumentException or IOException or NotSupportedException)
        {
            return null;
        }
    }

    private FileSystemWatcher? Open(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            // No filter: a file swapped through a symbolic link, as in Kubernetes volumes, is reported under the link's name.
            watcher = open?.Invoke(folder) ?? new FileSystemWatcher(folder);
            watcher.Changed += (_, _) => stirred();
            watcher.Created += (_, _) => stirred();
            watcher.Deleted += (_, _) => stirred();
            watcher.Renamed += (_, _) => stirred();
            watcher.Error += (_, _) => stirred();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception)
        {
            // Any failure is acceptable: polling continues.
            watcher?.Dispose();
            return null;
        }
    }
}
