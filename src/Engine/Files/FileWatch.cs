using System.Threading.Channels;

namespace HealthAgent.Files;

/// <summary>
/// Notices when files have other content than is known of them. It looks shortly after the system told of something in their
/// folders, and every five seconds whether it told or not; every minute it reads all of them.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    /// <summary>The time between two looks, however much goes on: what both saw has settled.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How often it looks when it is told of nothing.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>How often it reads all files, also those that seem untouched.</summary>
    public static readonly TimeSpan CloseLook = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly Channel<bool> _stirred = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FolderNotices _notices;
    private readonly ITimer _poll;
    private readonly Lock _gate = new();
    private WatchedFiles _files;
    private long _lookedClosely;

    /// <summary>Watches nothing yet.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="open">What listens at a folder, or throws where that cannot be; the system's by default.</param>
    public FileWatch(TimeProvider clock, Func<string, FileSystemWatcher>? open = null)
    {
        _clock = clock;
        _files = new WatchedFiles(clock, []);
        _lookedClosely = clock.GetTimestamp();
        _notices = new FolderNotices(Stir, open);
        _poll = clock.CreateTimer(_ => Stir(), null, Poll, Poll);
    }

    /// <summary>Watches these files, and only these, from now on; what was seen in them is known. A wait that is under way goes on with them.</summary>
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
    /// Waits until the content of watched files is other than known, and has settled; gives their names. What it told of is known
    /// from then on. One may wait at a time.
    /// </summary>
    public async Task<IReadOnlyList<string>> WaitForChangeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before the look: what stirs while it looks needs another one.
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

    /// <summary>Looks no more. A wait under way is ended by its token.</summary>
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
