using HealthAgent.Checks;
using HealthAgent.Checks.Host;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Checks.Kinds;

public sealed class HostTests : IDisposable
{
    private const string MemInfo = "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     400 kB\nSwapTotal:        200 kB\nSwapFree:         150 kB\n";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("host-tests-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Memory_WithoutALimit_IsTheHosts()
    {
        var reading = Read("0::/\n", out var swapUsed).ShouldNotBeNull();
        reading.ShouldBe(new MemoryReading("host", 1000 * 1024, 400 * 1024));
        reading.Used.ShouldBe(60);
        swapUsed.ShouldBe(25);
    }

    [Theory]
    [InlineData("memory.max", "unit.slice", "300000", "cgroup")]
    [InlineData("memory.max", "", "300000", "cgroup")]
    [InlineData("memory.max", "unit.slice", "900000", "host")]
    [InlineData("memory.max", "unit.slice", "max", "host")]
    public void Memory_WithALimit_IsTheTighter(string file, string group, string limit, string source)
    {
        Write($"cgroup/{group}/{file}", limit + "\n");
        Write($"cgroup/{group}/memory.current", "290000\n");
        Write($"cgroup/{group}/memory.stat", "anon 1\ninactive_file 40000\n");
        var reading = Read("0::/unit.slice/agent.service\n", out _).ShouldNotBeNull();
        reading.Source.ShouldBe(source);
        if (source == "cgroup")
        {
            reading.Available.ShouldBe(50000);
        }
    }

    [Fact]
    public void Memory_WithoutProc_IsNotRead() => MemoryReading.Of(Path.Combine(_root.FullName, "none"), "", out _).ShouldBeNull();

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
        judgement.Evidence("total").ShouldBeOfType<long>().ShouldBeGreaterThan(0);
        judgement.Result.ShouldNotBe(Result.Fail);
    }

    [Fact]
    public async Task Disk_ThatIsNotThere_IsNotFound()
    {
        var judgement = await CheckRun.JudgeAsync("kind: disk", "path: /no/such/place");
        judgement.ErrorType.ShouldBe(ErrorType.NotFound);
        judgement.Reason.ShouldBe("/no/such/place does not exist, or may not be seen");
    }

    private MemoryReading? Read(string cgroup, out double? swapUsed)
    {
        Write("proc/meminfo", MemInfo);
        Write("proc/self/cgroup", cgroup);
        return MemoryReading.Of(Path.Combine(_root.FullName, "proc"), Path.Combine(_root.FullName, "cgroup"), out swapUsed);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
