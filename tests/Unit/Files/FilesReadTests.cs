using HealthAgent.Files;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Files;

public sealed class FilesReadTests : IDisposable
{
    private readonly WatchedFolder _folder = new();
    private readonly FilesRead _files = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_NamedTwice_IsReadOnce()
    {
        _folder.Write("a", "one");
        _files.Read(_folder["a"], 100).Text.ShouldBe("one");
        _folder.Write("a", "two");
        _files.Read(_folder["a"], 100).Text.ShouldBe("one");
        _files.Seen.ShouldHaveSingleItem();
        new FilesRead().Read(_folder["a"], 100).Text.ShouldBe("two");
    }

    [Fact]
    public void File_UnderAnotherLimit_IsReadForItself()
    {
        _folder.Write("a", "one");
        _files.Read(_folder["a"], 3).Text.ShouldBe("one");
        _files.Read(_folder["a"], 2).Error.ShouldBe("is larger than 2B");
        _files.Seen.Count().ShouldBe(2);
    }

    [Fact]
    public void Fingerprint_OfTheSameContent_IsTheSame()
    {
        _folder.Write("a", "one");
        _folder.Write("b", "one");
        _folder.Write("c", "two");
        var seen = WatchedFolder.See(_folder["a"], _folder["b"], _folder["c"]).Select(file => file.Fingerprint).ToList();
        seen.Take(2).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
        TextFile.ReadFingerprint(_folder["a"], 100).ShouldBe(seen[0]);
    }

    [Fact]
    public void Fingerprint_OfAnEmptyFile_IsKnown()
    {
        _folder.Write("a", "");
        _files.Read(_folder["a"], 100).Fingerprint.ShouldBe(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([])));
        _files.Seen.ShouldHaveSingleItem();
    }

    [Fact]
    public void FileOfTheSystem_WithoutALength_IsReadAndWatched()
    {
        Assert.SkipUnless(File.Exists("/proc/self/comm"), "there is no /proc here");
        _files.Read("/proc/self/comm", 100).Text.ShouldNotBeNullOrEmpty();
        _files.Seen.ShouldHaveSingleItem();
    }
}
