using System.Diagnostics;
using System.Globalization;
using HealthAgent.Kinds.Host;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Kinds.Host;

public sealed class DiskTests : IDisposable
{
    private readonly DirectoryInfo _root = TemporaryFolder.Create("disk-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("/data/orders", "/data", false)]
    [InlineData("/data", "/data", false)]
    [InlineData("/database", "/", false)]
    [InlineData("/with space/x", "/with space", true)]
    public void Mount_OfAPath_IsTheNearestAbove(string path, string point, bool readOnly)
    {
        string[] lines =
        [
            "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "22 21 8:2 / /data rw,relatime - xfs /dev/sdb1 rw",
            @"23 21 8:3 / /with\040space rw - ext4 /dev/sdc1 ro,errors=remount-ro",
            "garbage",
        ];
        var mount = Mount.Of(path, lines).ShouldNotBeNull();
        mount.Point.ShouldBe(point);
        mount.ReadOnly.ShouldBe(readOnly);
    }

    [Fact]
    public async Task Disk_ThatIsThere_IsMeasured()
    {
        var judgement = await CheckRun.JudgeAsync("kind: disk", "path: /", "expect: used <= 100%");
        judgement.Observed("total").ShouldBeOfType<long>().ShouldBeGreaterThan(0);
        judgement.Result.ShouldNotBe(Result.Fail);
    }

    [Fact]
    public async Task Disk_ThatIsNotThere_IsNotFound()
    {
        var judgement = await CheckRun.JudgeAsync("kind: disk", "path: /no/such/place");
        judgement.ErrorType.ShouldBe(ErrorType.NotFound);
        judgement.Reason.ShouldBe("/no/such/place does not exist or is not accessible");
    }

    [Fact]
    public async Task Disk_BehindALink_IsTheOneThatTheLinkLeadsTo()
    {
        var otherwise = await CheckRun.JudgeAsync("kind: disk", "path: /proc");
        Assert.SkipUnless(otherwise.Observed("mountPoint") is "/proc", "there is no /proc");
        var link = Path.Combine(_root.FullName, "link");
        Directory.CreateSymbolicLink(link, "/proc");

        foreach (var path in new[] { link, $"{link}/self", $"{_root.FullName}/../{_root.Name}/link" })
        {
            (await CheckRun.JudgeAsync("kind: disk", $"path: {path}", "expect: mountPoint == /proc")).Reason.ShouldBeNull();
        }

        // Behind a link, .. is where the link leads to.
        (await CheckRun.JudgeAsync("kind: disk", $"path: {link}/..", "expect: mountPoint == /")).Result.ShouldNotBe(Result.Fail);
    }

    [Fact]
    public async Task Disk_BehindALinkThatChanges_IsFollowedInEachRun()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /proc");
        var link = Path.Combine(_root.FullName, "link");
        Directory.CreateSymbolicLink(link, "/proc");
        using var check = new CheckRun.Instance(Configured.Plan("kind: disk", $"path: {link}", "expect: used <= 100%"));
        (await check.JudgeAsync()).Observed("mountPoint").ShouldBe("/proc");

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, "/");
        (await check.JudgeAsync()).Observed("mountPoint").ShouldBe("/");

        Directory.Delete(link);
        File.CreateSymbolicLink(link, "gone");
        var dangling = await check.JudgeAsync();
        dangling.ErrorType.ShouldBe(ErrorType.NotFound);
        dangling.Reason.ShouldBe($"{link} is a link to gone, which does not exist");
    }

    [Fact]
    public async Task Disk_BehindLinksInACircle_SaysSo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        var (one, other) = (Path.Combine(_root.FullName, "one"), Path.Combine(_root.FullName, "other"));
        File.CreateSymbolicLink(one, other);
        File.CreateSymbolicLink(other, one);

        var judgement = await CheckRun.JudgeAsync("kind: disk", $"path: {one}");

        judgement.ErrorType.ShouldBe(ErrorType.NotFound);
        judgement.Reason.ShouldNotBeNull().ShouldContain("symbolic links");
    }

    [Fact]
    public async Task Disk_OfAFileSystemWithoutInodes_ObservesNone()
    {
        var judgement = await CheckRun.JudgeAsync("kind: disk", "path: /proc");
        Assert.SkipUnless(judgement.Observed("fileSystem") is "proc", "there is no /proc");

        judgement.Observed("inodesUsed").ShouldBeNull();
        judgement.Result.ShouldBe(Result.Pass);
    }

    [Fact]
    public async Task Disk_WithInodes_ObservesTheirShareAsDfDoes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "df has other columns, or is not there");
        using var df = Process.Start(
            new ProcessStartInfo("df", ["-i", "-P", _root.FullName]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var columns = (await df.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n')[1]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.SkipUnless(columns[4].EndsWith('%'), "the file system has no fixed number of inodes");

        var judgement = await CheckRun.JudgeAsync("kind: disk", $"path: {_root.FullName}", "warn: inodesUsed > 101%");

        // df rounds up, and others make files at the same time.
        judgement.Observed("inodesUsed").ShouldBeOfType<double>()
            .ShouldBe(double.Parse(columns[4].TrimEnd('%'), CultureInfo.InvariantCulture), tolerance: 2);
    }

    [Theory]
    [InlineData(94, Result.Warn)]
    [InlineData(96, Result.Fail)]
    [InlineData(80, Result.Pass)]
    public void Disk_WithFewInodesLeft_IsJudgedByDefault(int used, Result result)
    {
        var observed = new Dictionary<string, object>(StringComparer.Ordinal) { ["used"] = 1d, ["inodesUsed"] = (double)used };

        CheckVerdict.Of(Configured.Plan("kind: disk"), HealthCheckResult.Healthy(data: observed), TimeSpan.Zero).Result.ShouldBe(result);
    }
}
