using HealthAgent.Files;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Files;

/// <summary>Changes that the system reports.</summary>
public sealed class FileNoticesTests : WatchingFiles
{
    [Fact]
    public async Task Change_OfAFile_IsNoticedByNotification()
    {
        var change = Watch(notified: true, Path);
        Folder.Write("agent.yaml", "renewed");
        (await Heard(change)).ShouldBe([Path]);
    }

    [Fact]
    public async Task Rename_OverAFile_IsNoticedByNotification()
    {
        var change = Watch(notified: true, Path);
        Folder.Replace("agent.yaml", "renewed");
        (await Heard(change)).ShouldBe([Path]);
    }

    [Fact]
    public async Task File_DeletedAndMadeAnew_IsNoticedByNotification()
    {
        var change = Watch(notified: true, Path);
        File.Delete(Path);
        Folder.Write("agent.yaml", "renewed");
        (await Heard(change)).ShouldBe([Path]);
    }

    [Fact]
    public async Task Secret_ThatAppears_IsNoticedByNotification()
    {
        var change = Watch(notified: true, Path, Folder["secret"]);
        Folder.Write("secret", "here");
        (await Heard(change)).ShouldBe([Folder["secret"]]);
    }

    [Fact]
    public async Task ConfigMap_Swapped_IsNoticedByNotification()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mv -T here");
        Folder.Mount("2026_11_22_1", "mounted.yaml", "old");
        Folder.PrepareMount("2026_11_22_2", "mounted.yaml", "renewed");
        var change = Watch(notified: true, Folder["mounted.yaml"]);
        Folder.SwapMount();
        (await Heard(change)).ShouldBe([Folder["mounted.yaml"]]);
    }

    [Fact]
    public async Task Link_ToAnotherFile_IsNoticedByNotification()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        Folder.Write("new", "renewed");
        WatchedFolder.Run("ln", "-sfn", "agent.yaml", Folder["link"]);
        var change = Watch(notified: true, Folder["link"]);
        WatchedFolder.Run("ln", "-sfn", "new", Folder["link"]);
        (await Heard(change)).ShouldBe([Folder["link"]]);
    }

    [Fact]
    public async Task Storm_InTheFolder_CausesOneLookAPause()
    {
        var change = Watch(notified: true, Path);
        for (var i = 0; i < 1_000; i++)
        {
            Folder.Write("noise", $"{i}");
        }

        await Eventually.Is(() => Clock.Looks == 1, "the storm was noticed");
        for (var pauses = 1; pauses < 5; pauses++)
        {
            Folder.Write("noise", "more");
            Clock.Advance(FileWatch.Pause);
            Folder.Write("noise", "and more");
            await Eventually.Is(() => Clock.Looks == pauses + 1, "it looked again");
        }

        change.IsCompleted.ShouldBeFalse();
    }
}
