using HealthAgent.Files;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Files;

/// <summary>Paths that lead to another file, to none, or to what is no file.</summary>
public sealed class WatchedPathsTests : LookingAtFiles
{
    [Fact]
    public void File_RenamedOver_HasChanged()
    {
        var files = Watch(Path);
        Look(files, 2);
        Folder.Replace("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_DeletedAndMadeAnew_HasChangedTwice()
    {
        var files = Watch(Path);
        Look(files, 2);
        File.Delete(Path);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        Folder.Write("agent.yaml", "old");
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void File_DeletedOnceMore_HasChangedAtOnce()
    {
        var files = Watch(Path);
        File.Delete(Path);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        Folder.Write("agent.yaml", "old");
        files = new WatchedFiles(Clock, WatchedFolder.See(Path), files);
        Look(files).ShouldBe([Sight.Same]);
        File.Delete(Path);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatWasMissing_HasChangedWhenItAppears()
    {
        var files = Watch(Folder["none"], Folder["no/such/folder"]);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        Directory.CreateDirectory(Folder["no/such"]);
        Folder.Write("no/such/folder", "here");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatBecomesADirectory_HasChanged()
    {
        var files = Watch(Folder["none"]);
        Look(files, 2);
        Directory.CreateDirectory(Folder["none"]);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatMayNotBeReadForAWhile_HasChangedTwice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "this user may read everything");
        var files = Watch(Path);
        Look(files, 2);
        WatchedFolder.Run("chmod", "000", Path);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        WatchedFolder.Run("chmod", "400", Path);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void Link_ToAnotherFile_HasChanged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        Folder.Write("new", "renewed");
        WatchedFolder.Run("ln", "-sfn", "agent.yaml", Folder["link"]);
        var files = Watch(Folder["link"]);
        Look(files, 2);
        File.SetLastWriteTimeUtc(Folder["new"], File.GetLastWriteTimeUtc(Path));
        WatchedFolder.Run("ln", "-sfn", "new", Folder["link"]);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        Folder.Write("new", "renewed again");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void ConfigMap_Swapped_HasChanged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mv -T here");
        Folder.Mount("1", "mounted.yaml", "old");
        var files = Watch(Folder["mounted.yaml"]);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        Folder.Mount("2", "mounted.yaml", "renewed");
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        Folder.Mount("3", "mounted.yaml", "renewed");
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("/proc/self/mem/none")]
    [InlineData("/dev/full/none")]
    public void File_WithAnImpossibleName_HasNotChanged(string path)
    {
        var files = new WatchedFiles(Clock, [new FileSeen(path, 100, TextFile.Read(path, 100).Fingerprint)]);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        files.Look(closely: true, out _).ShouldBe(Sight.Same);
    }

    [Fact]
    public void Link_InACircle_HasNotChanged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        File.CreateSymbolicLink(Folder["circle"], "circle");
        Look(Watch(Folder["circle"]), 3).ShouldAllBe(sight => sight == Sight.Same);
    }

    [Fact]
    public async Task Pipe_InPlaceOfAFile_IsNotOpened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mkfifo here");
        var files = Watch(Path);
        File.Delete(Path);
        WatchedFolder.Run("mkfifo", Path);
        var looking = Task.Run(() => Look(files, 3));

        // Opening a pipe for reading would block until there is a writer.
        var ended = await Task.WhenAny(looking, Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System)) == looking;
        if (!ended)
        {
            await File.WriteAllTextAsync(Path, "");
        }

        ended.ShouldBeTrue();
        (await looking).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void Link_ThatLedToADevice_HasChangedWhenItLeadsToAFile(string device)
    {
        Assert.SkipUnless(File.Exists(device), "there is no such device here");
        File.CreateSymbolicLink(Folder["link"], device);
        var files = Watch(Folder["link"]);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        WatchedFolder.Run("ln", "-sfn", "agent.yaml", Folder["link"]);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }
}
