using HealthAgent.Files;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Files;

public sealed class WatchedFilesTests : IDisposable
{
    // These looks are closer together than the file system's timestamps: contents of different length have different stamps.
    private static readonly TimeSpan Pause = FileWatch.Pause;

    private readonly WatchedFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly string _path;

    public WatchedFilesTests()
    {
        _path = _folder["agent.yaml"];
        _folder.Write("agent.yaml", "old");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_ThatIsAsItWasRead_HasNotChanged() => Look(Watch(_path), 4).ShouldAllBe(sight => sight == Sight.Same);

    [Fact]
    public void File_RewrittenBetweenReadAndWatch_HasChanged()
    {
        var seen = WatchedFolder.See(_path);
        _folder.Write("agent.yaml", "renewed");
        Look(new WatchedFiles(_clock, seen), 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void Change_OnceTold_NamesItsFilesAndIsKnown()
    {
        _folder.Write("secret", "1");
        _folder.Write("other", "1");
        var files = Watch(_path, _folder["secret"], _folder["other"]);
        _folder.Write("secret", "2");
        _folder.Write("agent.yaml", "renewed");
        files.Look(closely: false, out var changed).ShouldBe(Sight.Unsettled);
        changed.ShouldBeEmpty();
        files.Look(closely: false, out changed).ShouldBe(Sight.Changed);
        changed.ShouldBe([_path, _folder["secret"]]);
        files.Look(closely: false, out changed).ShouldBe(Sight.Same);
        changed.ShouldBeEmpty();
    }

    [Fact]
    public void File_HalfWritten_IsNotTold()
    {
        var files = Watch(_path);
        Look(files);
        _folder.Write("agent.yaml", "");
        Look(files).ShouldBe([Sight.Unsettled]);
        _folder.Write("agent.yaml", "ne");
        Look(files).ShouldBe([Sight.Unsettled]);
        _folder.Write("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_TruncatedAndWrittenAsItWas_HasNotChanged()
    {
        var files = Watch(_path);
        Look(files, 2);
        _folder.Write("agent.yaml", "");
        Look(files).ShouldBe([Sight.Unsettled]);
        _folder.Write("agent.yaml", "old");
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _folder.Write("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_TouchedOrMadeUnwritable_HasNotChanged()
    {
        var files = Watch(_path);
        Look(files, 2);
        File.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        File.SetAttributes(_path, FileAttributes.ReadOnly);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        File.SetAttributes(_path, FileAttributes.Normal);
    }

    [Fact]
    public void File_WrittenAllTheTime_IsToldAfterFiveSeconds()
    {
        var files = Watch(_path);
        Look(files);
        var looks = 0;
        for (var sight = Sight.Same; sight != Sight.Changed; looks++)
        {
            _folder.Write("agent.yaml", new string('x', looks + 10));
            sight = Look(files).Single();
            looks.ShouldBeLessThan(100);
        }

        looks.ShouldBe(21);
    }

    [Fact]
    public void File_WrittenAgainAfterALongPeace_MustSettleAgain()
    {
        var files = Watch(_path);
        _folder.Write("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _folder.Write("agent.yaml", "renewed again");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_OfTheSameStamp_IsReadOnlyCloselyOnceTrusted()
    {
        var files = Watch(_path);
        var time = File.GetLastWriteTimeUtc(_path);
        Rewrite("1st");
        Look(files).ShouldBe([Sight.Unsettled]);
        Rewrite("2nd");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        Rewrite("3rd");
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        files.Look(closely: true, out _).ShouldBe(Sight.Unsettled);
        Rewrite("4th");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);

        void Rewrite(string text)
        {
            _folder.Write("agent.yaml", text);
            File.SetLastWriteTimeUtc(_path, time);
        }
    }

    [Fact]
    public void File_OfTheSameLength_HasChangedByItsTime()
    {
        var files = Watch(_path);
        Look(files, 2);
        _folder.Write("agent.yaml", "new");
        File.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_RenamedOver_HasChanged()
    {
        var files = Watch(_path);
        Look(files, 2);
        _folder.Replace("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_DeletedAndMadeAnew_HasChangedTwice()
    {
        var files = Watch(_path);
        Look(files, 2);
        File.Delete(_path);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        _folder.Write("agent.yaml", "old");
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void File_DeletedOnceMore_HasChangedAtOnce()
    {
        var files = Watch(_path);
        File.Delete(_path);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        _folder.Write("agent.yaml", "old");
        files = new WatchedFiles(_clock, WatchedFolder.See(_path), files);
        Look(files).ShouldBe([Sight.Same]);
        File.Delete(_path);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatWasMissing_HasChangedWhenItAppears()
    {
        var files = Watch(_folder["none"], _folder["no/such/folder"]);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        Directory.CreateDirectory(_folder["no/such"]);
        _folder.Write("no/such/folder", "here");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatBecomesADirectory_HasChanged()
    {
        var files = Watch(_folder["none"]);
        Look(files, 2);
        Directory.CreateDirectory(_folder["none"]);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatMayNotBeReadForAWhile_HasChangedTwice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "this user may read everything");
        var files = Watch(_path);
        Look(files, 2);
        WatchedFolder.Run("chmod", "000", _path);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        WatchedFolder.Run("chmod", "400", _path);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void Link_ToAnotherFile_HasChanged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        _folder.Write("new", "renewed");
        WatchedFolder.Run("ln", "-sfn", "agent.yaml", _folder["link"]);
        var files = Watch(_folder["link"]);
        Look(files, 2);
        File.SetLastWriteTimeUtc(_folder["new"], File.GetLastWriteTimeUtc(_path));
        WatchedFolder.Run("ln", "-sfn", "new", _folder["link"]);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        _folder.Write("new", "renewed again");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void ConfigMap_Swapped_HasChanged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mv -T here");
        _folder.Mount("1", "mounted.yaml", "old");
        var files = Watch(_folder["mounted.yaml"]);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        _folder.Mount("2", "mounted.yaml", "renewed");
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
        _folder.Mount("3", "mounted.yaml", "renewed");
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
    }

    [Fact]
    public void File_ThatGrowsTooLarge_HasChangedOnce()
    {
        var files = Watch(_path);
        _folder.Write("agent.yaml", new string('x', 100_001));
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        _folder.Write("agent.yaml", new string('y', 100_002));
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("/proc/self/mem/none")]
    [InlineData("/dev/full/none")]
    public void File_WithAnImpossibleName_HasNotChanged(string path)
    {
        var files = new WatchedFiles(_clock, [new FileSeen(path, 100, TextFile.Read(path, 100).Fingerprint)]);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        files.Look(closely: true, out _).ShouldBe(Sight.Same);
    }

    [Fact]
    public void Link_InACircle_HasNotChanged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        File.CreateSymbolicLink(_folder["circle"], "circle");
        Look(Watch(_folder["circle"]), 3).ShouldAllBe(sight => sight == Sight.Same);
    }

    [Fact]
    public async Task Pipe_InPlaceOfAFile_IsNotOpened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mkfifo here");
        var files = Watch(_path);
        File.Delete(_path);
        WatchedFolder.Run("mkfifo", _path);
        var looking = Task.Run(() => Look(files, 3));

        // Opening a pipe for reading would block until there is a writer.
        var ended = await Task.WhenAny(looking, Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System)) == looking;
        if (!ended)
        {
            await File.WriteAllTextAsync(_path, "");
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
        File.CreateSymbolicLink(_folder["link"], device);
        var files = Watch(_folder["link"]);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        WatchedFolder.Run("ln", "-sfn", "agent.yaml", _folder["link"]);
        Look(files, 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void File_ThatLoadsSeeOtherwise_IsToldOnceAMinute()
    {
        FileSeen[] otherwise = [new(_path, 100, "cannot be read: for some reason")];
        var files = new WatchedFiles(_clock, otherwise);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        files = new WatchedFiles(_clock, otherwise, files);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        files = new WatchedFiles(_clock, otherwise, files);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        files.Look(closely: true, out _).ShouldBe(Sight.Changed);
        files = new WatchedFiles(_clock, otherwise, files);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        _folder.Write("agent.yaml", "touched by somebody");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    private WatchedFiles Watch(params string[] paths) => new(_clock, WatchedFolder.See(paths));

    private List<Sight> Look(WatchedFiles files, int times = 1)
    {
        var sights = new List<Sight>();
        while (times-- > 0)
        {
            sights.Add(files.Look(closely: false, out _));
            _clock.Advance(Pause);
        }

        return sights;
    }
}
