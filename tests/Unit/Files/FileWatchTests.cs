using HealthAgent.Files;
using HealthAgent.Unit.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Files;

public sealed class FileWatchTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly WatchedFolder _folder = new();
    private readonly LookClock _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _path;
    private FileWatch? _watch;

    public FileWatchTests()
    {
        _path = _folder["agent.yaml"];
        _folder.Write("agent.yaml", "old");
    }

    public void Dispose()
    {
        _stop.Cancel();
        _watch?.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Change_OfAFile_IsNoticedByNotification()
    {
        var change = Watch(notified: true, _path);
        _folder.Write("agent.yaml", "renewed");
        (await Heard(change)).ShouldBe([_path]);
    }

    [Fact]
    public async Task Rename_OverAFile_IsNoticedByNotification()
    {
        var change = Watch(notified: true, _path);
        _folder.Replace("agent.yaml", "renewed");
        (await Heard(change)).ShouldBe([_path]);
    }

    [Fact]
    public async Task File_DeletedAndMadeAnew_IsNoticedByNotification()
    {
        var change = Watch(notified: true, _path);
        File.Delete(_path);
        _folder.Write("agent.yaml", "renewed");
        (await Heard(change)).ShouldBe([_path]);
    }

    [Fact]
    public async Task Secret_ThatAppears_IsNoticedByNotification()
    {
        var change = Watch(notified: true, _path, _folder["secret"]);
        _folder.Write("secret", "here");
        (await Heard(change)).ShouldBe([_folder["secret"]]);
    }

    [Fact]
    public async Task ConfigMap_Swapped_IsNoticedByNotification()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mv -T here");
        _folder.Mount("2026_11_22_1", "mounted.yaml", "old");
        _folder.PrepareMount("2026_11_22_2", "mounted.yaml", "renewed");
        var change = Watch(notified: true, _folder["mounted.yaml"]);
        _folder.SwapMount();
        (await Heard(change)).ShouldBe([_folder["mounted.yaml"]]);
    }

    [Fact]
    public async Task Link_ToAnotherFile_IsNoticedByNotification()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        _folder.Write("new", "renewed");
        WatchedFolder.Run("ln", "-sfn", "agent.yaml", _folder["link"]);
        var change = Watch(notified: true, _folder["link"]);
        WatchedFolder.Run("ln", "-sfn", "new", _folder["link"]);
        (await Heard(change)).ShouldBe([_folder["link"]]);
    }

    [Fact]
    public async Task Change_WithoutNotification_IsNoticedByPolling()
    {
        var change = Watch(notified: false, _path);
        _folder.Write("agent.yaml", "renewed");
        (await Seen(change)).ShouldBe([_path]);
    }

    [Fact]
    public async Task Folder_ThatIsDeletedAndMadeAnew_IsNoticedByPolling()
    {
        Directory.CreateDirectory(_folder["secrets"]);
        _folder.Write("secrets/one", "old");
        var change = Watch(notified: true, _folder["secrets/one"], _folder["missing/two"]);
        Directory.Delete(_folder["secrets"], recursive: true);
        (await Seen(change)).ShouldBe([_folder["secrets/one"]]);
        change = Wait();
        Directory.CreateDirectory(_folder["secrets"]);
        _folder.Write("secrets/one", "renewed");
        (await Seen(change)).ShouldBe([_folder["secrets/one"]]);
        change = Wait();
        Directory.CreateDirectory(_folder["missing"]);
        _folder.Write("missing/two", "here");
        (await Seen(change)).ShouldBe([_folder["missing/two"]]);
    }

    [Fact]
    public async Task Folder_MadeAnew_IsListenedToAfterAMinute()
    {
        Directory.CreateDirectory(_folder["secrets"]);
        _folder.Write("secrets/one", "old");
        var change = Watch(notified: true, _folder["secrets/one"]);
        Directory.Move(_folder["secrets"], _folder["moved"]);
        Directory.CreateDirectory(_folder["secrets"]);
        _folder.Write("secrets/one", "old");
        await Pass(FileWatch.CloseLook + FileWatch.Poll * 2);
        _folder.Write("secrets/one", "renewed");
        (await Heard(change)).ShouldBe([_folder["secrets/one"]]);
    }

    [Fact]
    public async Task File_OfTheSameStamp_IsReadOnceAMinute()
    {
        var change = Watch(notified: false, _path);
        await Pass(FileWatch.Poll * 3);
        var time = File.GetLastWriteTimeUtc(_path);
        _folder.Write("agent.yaml", "new");
        File.SetLastWriteTimeUtc(_path, time);
        await Pass(FileWatch.Poll * 4);
        change.IsCompleted.ShouldBeFalse();
        (await Seen(change)).ShouldBe([_path]);
    }

    [Fact]
    public async Task Wait_WhileOtherFilesAreWatched_GoesOnWithThose()
    {
        _folder.Write("other", "old");
        var change = Watch(notified: true, _path);
        _watch!.Watch(WatchedFolder.See(_folder["other"]));
        _folder.Write("agent.yaml", "renewed");
        _folder.Write("other", "renewed");
        (await Heard(change)).ShouldBe([_folder["other"]]);
    }

    [Fact]
    public async Task Wait_WhileAFileIsWatchedThatChangedSinceItWasRead_Ends()
    {
        var change = Watch(notified: false, _folder["other"]);
        var seen = WatchedFolder.See(_path);
        _folder.Write("agent.yaml", "renewed");
        _watch!.Watch(seen);
        (await Heard(change)).ShouldBe([_path]);
    }

    [Fact]
    public async Task Wait_ThatIsEnded_Ends()
    {
        var change = Watch(notified: true, _path);
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => change.Ends());
    }

    [Fact]
    public async Task Storm_InTheFolder_CausesOneLookAPause()
    {
        var change = Watch(notified: true, _path);
        for (var i = 0; i < 1_000; i++)
        {
            _folder.Write("noise", $"{i}");
        }

        await Eventually.Is(() => _clock.Looks == 1, "the storm was noticed");
        for (var pauses = 1; pauses < 5; pauses++)
        {
            _folder.Write("noise", "more");
            _clock.Advance(FileWatch.Pause);
            _folder.Write("noise", "and more");
            await Eventually.Is(() => _clock.Looks == pauses + 1, "it looked again");
        }

        change.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Paths_OfAllSorts_DoNoHarm()
    {
        var change = Watch(notified: true, "", "\0", "/", "/dev/null", "no/such", new string('x', 10_000), _folder.Root, _path);
        await Pass(FileWatch.CloseLook + FileWatch.Poll * 2);
        change.IsCompleted.ShouldBeFalse();
        _folder.Write("agent.yaml", "renewed");
        (await Seen(change)).ShouldBe([_path]);
    }

    private Task<IReadOnlyList<string>> Watch(bool notified, params string[] paths)
    {
        // The exception thrown when inotify instances are exhausted.
        _watch = new FileWatch(_clock, notified ? null : _ => throw new IOException("The configured user limit has been reached"));
        _watch.Watch(WatchedFolder.See(paths));
        return Wait();
    }

    private Task<IReadOnlyList<string>> Wait() => _watch!.WaitForChangeAsync(_stop.Token);

    /// <summary>The result of a wait, with looks after notifications only.</summary>
    private async Task<IReadOnlyList<string>> Heard(Task<IReadOnlyList<string>> change)
    {
        for (var passed = FileWatch.Pause; passed < FileWatch.Poll; passed += FileWatch.Pause)
        {
            await Eventually.Is(() => change.IsCompleted || _clock.IsPausing, "the system told of anything");
            if (change.IsCompleted)
            {
                return await change;
            }

            _clock.Advance(FileWatch.Pause);
        }

        throw new ShouldAssertException("nothing was heard");
    }

    /// <summary>The result of a wait, with polling.</summary>
    private async Task<IReadOnlyList<string>> Seen(Task<IReadOnlyList<string>> change)
    {
        await Eventually.Is(() => Advance() && change.IsCompleted, "it was seen");
        return await change;
    }

    /// <summary>Advances the clock until the next look is far away.</summary>
    private async Task Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time || _clock.IsPausing || _clock.IsPolling; passed += FileWatch.Pause)
        {
            Advance();
            await Task.Delay(Moment, TimeProvider.System);
        }
    }

    private bool Advance()
    {
        _clock.Advance(FileWatch.Pause);
        return true;
    }

    /// <summary>A clock that observes delays: each stands for a look.</summary>
    private sealed class LookClock : FakeTimeProvider
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
