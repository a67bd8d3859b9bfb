namespace HealthAgent.Files;

/// <summary>
/// Calls when something stirs in the folders of files, as far as the system tells. It may tell nothing (network file systems,
/// folders that were replaced, limits that are reached), so nobody may rely on it alone.
/// </summary>
internal sealed class FolderNotices(Action stirred, Func<string, FileSystemWatcher>? open = null) : IDisposable
{
    // Each costs a thread and one of the 128 inotify instances that a user has by default.
    private const int MostFolders = 16;

    private readonly Lock _gate = new();
    private readonly List<FileSystemWatcher> _watchers = [];
    private bool _isDisposed;

    /// <summary>Listens at the folders of these files and no longer at others; once more also where it did, as a folder may be a new one.</summary>
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

    /// <summary>Listens no longer.</summary>
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
            // Files that are swapped by a link, as Kubernetes does, stir by the link's name: no filter.
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
            // Whatever it is: to look now and then goes on.
            watcher?.Dispose();
            return null;
        }
    }
}
