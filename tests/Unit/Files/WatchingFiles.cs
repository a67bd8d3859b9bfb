using HealthAgent.Files;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Files;

/// <summary>Watches files in a folder, on a clock that tests move.</summary>
public abstract class WatchingFiles : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private FileWatch? _watch;

    private protected WatchedFolder Folder { get; } = new();

    private protected LookClock Clock { get; } = new();

    private protected CancellationTokenSource Stop { get; } = new();

    /// <summary>A file that is there.</summary>
    protected string Path { get; }

    /// <summary>The watch, once it is started.</summary>
    private protected FileWatch Watching => _watch!;

    protected WatchingFiles()
    {
        Path = Folder["agent.yaml"];
        Folder.Write("agent.yaml", "old");
    }

    public void Dispose()
    {
        Stop.Cancel();
        _watch?.Dispose();
        Stop.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task<IReadOnlyList<string>> Watch(bool notified, params string[] paths)
    {
        // The exception thrown when inotify instances are exhausted.
        _watch = new FileWatch(Clock, notified ? null : _ => throw new IOException("The configured user limit has been reached"));
        _watch.Watch(WatchedFolder.See(paths));
        return Wait();
    }

    protected Task<IReadOnlyList<string>> Wait() => _watch!.WaitForChangeAsync(Stop.Token);

    /// <summary>The result of a wait, with looks after notifications only.</summary>
    protected async Task<IReadOnlyList<string>> Heard(Task<IReadOnlyList<string>> change)
    {
        for (var passed = FileWatch.Pause; passed < FileWatch.Poll; passed += FileWatch.Pause)
        {
            await Eventually.Is(() => change.IsCompleted || Clock.IsPausing, "the system reported anything");
            if (change.IsCompleted)
            {
                return await change;
            }

            Clock.Advance(FileWatch.Pause);
        }

        throw new ShouldAssertException("nothing was heard");
    }

    /// <summary>The result of a wait, with polling.</summary>
    protected async Task<IReadOnlyList<string>> Seen(Task<IReadOnlyList<string>> change)
    {
        await Eventually.Is(() => Advance() && change.IsCompleted, "it was seen");
        return await change;
    }

    /// <summary>Advances the clock until the next look is far away.</summary>
    protected async Task Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time || Clock.IsPausing || Clock.IsPolling; passed += FileWatch.Pause)
        {
            Advance();
            await Task.Delay(Moment, TimeProvider.System);
        }
    }

    protected bool Advance()
    {
        Clock.Advance(FileWatch.Pause);
        return true;
    }

    /// <summary>A clock that observes delays: each stands for a look.</summary>
    private protected sealed class LookClock : FakeTimeProvider
    {
        private int _looks;
        private long _pauseEnds;

        public int Looks => Volatile.Read(ref _looks);

        public bool IsPausing => Volatile.Read(ref _pauseEnds) > GetUtcNow().Ticks;

        /// <summary>Whether a poll is due, or was just now.</summary>
        public bool IsPolling => (GetUtcNow() - Start).Ticks % FileWatch.Poll.Ticks < FileWatch.Pause.Ticks * 4;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == FileWatch.Pause)
            {
                Volatile.Write(ref _pauseEnds, (GetUtcNow() + dueTime).Ticks);
                Interlocked.Increment(ref _looks);
            }

            return timer;
        }
    }
}
