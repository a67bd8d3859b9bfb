using System.Threading.Channels;

namespace HealthAgent.Files;

/// <summary>
/// Detects when watched files change. Looks shortly after a file system notification and every five seconds regardless; reads all files
/// every minute.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    /// <summary>Minimum time between two looks; a change that both saw has settled.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How often it looks without a notification.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>How often it reads all files, even those that seem unchanged.</summary>
    public static readonly TimeSpan CloseLook = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly Channel<bool> _stirred = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FolderNotices _notices;
    private readonly ITimer _poll;
    private readonly Lock _gate = new();
    private WatchedFiles _files;
    private long _lookedClosely;

    /// <summary>Creates a watch without files.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="open">Opens a watcher on a folder, or throws; the system's by default.</param>
    public FileWatch(TimeProvider clock, Func<string, FileSystemWatcher>? open = null)
    {
        _clock = clock;
        _files = new WatchedFiles(clock, []);
        _lookedClosely = clock.GetTimestamp();
        _notices = new FolderNotices(Stir, open);
        _poll = clock.CreateTimer(_ => Stir(), null, Poll, Poll);
    }

    /// <summary>Replaces the watched files and their known content. A wait in progress continues with them.</summary>
    public void Watch(IEnumerable<FileSeen> seen)
    {
        lock (_gate)
        {
            _files = new WatchedFiles(_clock, seen, _files);
            _notices.Renew(_files.Paths);
        }

        Stir();
    }

    /// <summary>
    /// Waits until watched files differ from their known content and have settled; returns their names. What was reported becomes the known
    /// content. One caller may wait at a time.
    /// </summary>
    public async Task<IReadOnlyList<string>> WaitForChangeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before the look: a notification during it requires another one.
            _stirred.Reader.TryRead(out _);
            switch (Look(out var changed))
            {
                case Sight.Changed:
                    return changed;
                case Sight.Same:
                    await _stirred.Reader.ReadAsync(cancellationToken);
                    break;
            }

            await Task.Delay(Pause, _clock, cancellationToken);
        }
    }

    /// <summary>Stops watching. Cancel a wait in progress by its token.</summary>
    public void Dispose()
    {
        _poll.Dispose();
        _notices.Dispose();
    }

    private void Stir() => _stirred.Writer.TryWrite(true);

    private Sight Look(out IReadOnlyList<string> changed)
    {
        lock (_gate)
        {
            var closely = _clock.GetElapsedTime(_lookedClosely) >= CloseLook;
            if (closely)
            {
                _lookedClosely = _clock.GetTimestamp();
                _notices.Renew(_files.Paths);
            }

            return _files.Look(closely, out changed);
        }
    }
}
