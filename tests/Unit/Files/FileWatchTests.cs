using HealthAgent.Files;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Files;

/// <summary>Changes that nobody reports, and how long a wait lasts.</summary>
public sealed class FileWatchTests : WatchingFiles
{
    [Fact]
    public async Task Change_WithoutNotification_IsNoticedByPolling()
    {
        var change = Watch(notified: false, Path);
        Folder.Write("agent.yaml", "renewed");
        (await Seen(change)).ShouldBe([Path]);
    }

    [Fact]
    public async Task Folder_ThatIsDeletedAndMadeAnew_IsNoticedByPolling()
    {
        Directory.CreateDirectory(Folder["secrets"]);
        Folder.Write("secrets/one", "old");
        var change = Watch(notified: true, Folder["secrets/one"], Folder["missing/two"]);
        Directory.Delete(Folder["secrets"], recursive: true);
        (await Seen(change)).ShouldBe([Folder["secrets/one"]]);
        change = Wait();
        Directory.CreateDirectory(Folder["secrets"]);
        Folder.Write("secrets/one", "renewed");
        (await Seen(change)).ShouldBe([Folder["secrets/one"]]);
        change = Wait();
        Directory.CreateDirectory(Folder["missing"]);
        Folder.Write("missing/two", "here");
        (await Seen(change)).ShouldBe([Folder["missing/two"]]);
    }

    [Fact]
    public async Task Folder_MadeAnew_IsListenedToAfterAMinute()
    {
        Directory.CreateDirectory(Folder["secrets"]);
        Folder.Write("secrets/one", "old");
        var change = Watch(notified: true, Folder["secrets/one"]);
        Directory.Move(Folder["secrets"], Folder["moved"]);
        Directory.CreateDirectory(Folder["secrets"]);
        Folder.Write("secrets/one", "old");
        await Pass(FileWatch.CloseLook + FileWatch.Poll * 2);
        Folder.Write("secrets/one", "renewed");
        (await Heard(change)).ShouldBe([Folder["secrets/one"]]);
    }

    [Fact]
    public async Task File_OfTheSameStamp_IsReadOnceAMinute()
    {
        var change = Watch(notified: false, Path);
        await Pass(FileWatch.Poll * 3);
        var time = File.GetLastWriteTimeUtc(Path);
        Folder.Write("agent.yaml", "new");
        File.SetLastWriteTimeUtc(Path, time);
        await Pass(FileWatch.Poll * 4);
        change.IsCompleted.ShouldBeFalse();
        (await Seen(change)).ShouldBe([Path]);
    }

    [Fact]
    public async Task Wait_WhileOtherFilesAreWatched_GoesOnWithThose()
    {
        Folder.Write("other", "old");
        var change = Watch(notified: true, Path);
        Watching.Watch(WatchedFolder.See(Folder["other"]));
        Folder.Write("agent.yaml", "renewed");
        Folder.Write("other", "renewed");
        (await Heard(change)).ShouldBe([Folder["other"]]);
    }

    [Fact]
    public async Task Wait_WhileAFileIsWatchedThatChangedSinceItWasRead_Ends()
    {
        var change = Watch(notified: false, Folder["other"]);
        var seen = WatchedFolder.See(Path);
        Folder.Write("agent.yaml", "renewed");
        Watching.Watch(seen);
        (await Heard(change)).ShouldBe([Path]);
    }

    [Fact]
    public async Task Wait_ThatIsEnded_Ends()
    {
        var change = Watch(notified: true, Path);
        await Stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => change.Ends());
    }

    [Fact]
    public async Task Paths_OfAllSorts_DoNoHarm()
    {
        var change = Watch(notified: true, "", "\0", "/", "/dev/null", "no/such", new string('x', 10_000), Folder.Root, Path);
        await Pass(FileWatch.CloseLook + FileWatch.Poll * 2);
        change.IsCompleted.ShouldBeFalse();
        Folder.Write("agent.yaml", "renewed");
        (await Seen(change)).ShouldBe([Path]);
    }
}
