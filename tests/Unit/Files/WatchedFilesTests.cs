using HealthAgent.Files;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Files;

/// <summary>When the content of a file has changed.</summary>
public sealed class WatchedFilesTests : LookingAtFiles
{
    [Fact]
    public void File_ThatIsAsItWasRead_HasNotChanged() => Look(Watch(Path), 4).ShouldAllBe(sight => sight == Sight.Same);

    [Fact]
    public void File_RewrittenBetweenReadAndWatch_HasChanged()
    {
        var seen = WatchedFolder.See(Path);
        Folder.Write("agent.yaml", "renewed");
        Look(new WatchedFiles(Clock, seen), 3).ShouldBe([Sight.Unsettled, Sight.Changed, Sight.Same]);
    }

    [Fact]
    public void Change_OnceTold_NamesItsFilesAndIsKnown()
    {
        Folder.Write("secret", "1");
        Folder.Write("other", "1");
        var files = Watch(Path, Folder["secret"], Folder["other"]);
        Folder.Write("secret", "2");
        Folder.Write("agent.yaml", "renewed");
        files.Look(closely: false, out var changed).ShouldBe(Sight.Unsettled);
        changed.ShouldBeEmpty();
        files.Look(closely: false, out changed).ShouldBe(Sight.Changed);
        changed.ShouldBe([Path, Folder["secret"]]);
        files.Look(closely: false, out changed).ShouldBe(Sight.Same);
        changed.ShouldBeEmpty();
    }

    [Fact]
    public void File_HalfWritten_IsNotTold()
    {
        var files = Watch(Path);
        Look(files);
        Folder.Write("agent.yaml", "");
        Look(files).ShouldBe([Sight.Unsettled]);
        Folder.Write("agent.yaml", "ne");
        Look(files).ShouldBe([Sight.Unsettled]);
        Folder.Write("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_TruncatedAndWrittenAsItWas_HasNotChanged()
    {
        var files = Watch(Path);
        Look(files, 2);
        Folder.Write("agent.yaml", "");
        Look(files).ShouldBe([Sight.Unsettled]);
        Folder.Write("agent.yaml", "old");
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Folder.Write("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_TouchedOrMadeUnwritable_HasNotChanged()
    {
        var files = Watch(Path);
        Look(files, 2);
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        File.SetAttributes(Path, FileAttributes.ReadOnly);
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
        File.SetAttributes(Path, FileAttributes.Normal);
    }

    [Fact]
    public void File_WrittenAllTheTime_IsToldAfterFiveSeconds()
    {
        var files = Watch(Path);
        Look(files);
        var looks = 0;
        for (var sight = Sight.Same; sight != Sight.Changed; looks++)
        {
            Folder.Write("agent.yaml", new string('x', looks + 10));
            sight = Look(files).Single();
            looks.ShouldBeLessThan(100);
        }

        looks.ShouldBe(21);
    }

    [Fact]
    public void File_WrittenAgainAfterALongPeace_MustSettleAgain()
    {
        var files = Watch(Path);
        Folder.Write("agent.yaml", "renewed");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Folder.Write("agent.yaml", "renewed again");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_OfTheSameStamp_IsReadOnlyCloselyOnceTrusted()
    {
        var files = Watch(Path);
        var time = File.GetLastWriteTimeUtc(Path);
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
            Folder.Write("agent.yaml", text);
            File.SetLastWriteTimeUtc(Path, time);
        }
    }

    [Fact]
    public void File_OfTheSameLength_HasChangedByItsTime()
    {
        var files = Watch(Path);
        Look(files, 2);
        Folder.Write("agent.yaml", "new");
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }

    [Fact]
    public void File_ThatGrowsTooLarge_HasChangedOnce()
    {
        var files = Watch(Path);
        Folder.Write("agent.yaml", new string('x', 100_001));
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        Folder.Write("agent.yaml", new string('y', 100_002));
        Look(files, 2).ShouldAllBe(sight => sight == Sight.Same);
    }

    [Fact]
    public void File_ThatLoadsSeeOtherwise_IsToldOnceAMinute()
    {
        FileSeen[] otherwise = [new(Path, 100, "cannot be read: for some reason")];
        var files = new WatchedFiles(Clock, otherwise);
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
        files = new WatchedFiles(Clock, otherwise, files);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        files = new WatchedFiles(Clock, otherwise, files);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        files.Look(closely: true, out _).ShouldBe(Sight.Changed);
        files = new WatchedFiles(Clock, otherwise, files);
        Look(files, 3).ShouldAllBe(sight => sight == Sight.Same);
        Folder.Write("agent.yaml", "touched by somebody");
        Look(files, 2).ShouldBe([Sight.Unsettled, Sight.Changed]);
    }
}
