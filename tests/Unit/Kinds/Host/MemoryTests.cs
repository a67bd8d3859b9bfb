using HealthAgent.Kinds.Host;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Host;

public sealed class MemoryTests : IDisposable
{
    private const string MemInfo = "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     400 kB\n"
        + "SwapTotal:        200 kB\nSwapFree:         150 kB\n";

    // What version 1 says where there is no limit.
    private const string NoLimit = "9223372036854771712";

    private readonly DirectoryInfo _root = TemporaryFolder.Create("host-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Memory_WithoutALimit_IsTheHosts()
    {
        var reading = Read("0::/\n", Version2(), out var swapUsed).ShouldNotBeNull();
        reading.ShouldBe(new MemoryReading("host", 1000 * 1024, 400 * 1024));
        reading.Used.ShouldBe(60);
        swapUsed.ShouldBe(25);
    }

    [Theory]
    [InlineData("unit.slice", "300000", "cgroup")]
    [InlineData("", "300000", "cgroup")]
    [InlineData("unit.slice/agent.service", "300000", "cgroup")]
    [InlineData("unit.slice", "900000", "host")]
    [InlineData("unit.slice", "max", "host")]
    [InlineData("other.slice", "300000", "host")]
    public void Memory_WithALimitOfVersion2_IsTheTighter(string group, string limit, string source)
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "v2", "unit.slice", "agent.service"));
        Group($"v2/{group}", limit);

        Read("0::/unit.slice/agent.service\n", Version2(), out _).ShouldBeOf(source);
    }

    [Theory]
    [InlineData("docker/id", "300000", "cgroup")]
    [InlineData("docker", "300000", "cgroup")]
    [InlineData("", "300000", "cgroup")]
    [InlineData("docker/id", "900000", "host")]
    [InlineData("docker/id", NoLimit, "host")]
    [InlineData("", NoLimit, "host")]
    [InlineData("other", "300000", "host")]
    public void Memory_WithALimitOfVersion1_IsTheTighter(string group, string limit, string source)
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "v1", "docker", "id"));
        Group1($"v1/{group}", limit);

        Read("9:name=systemd:/elsewhere\n4:cpu,memory:/docker/id\n0::/\n", Version1("/") + Version2(), out _).ShouldBeOf(source);
    }

    /// <summary>As containers see it: only their own part is mounted, or they have a namespace of their own.</summary>
    [Theory]
    [InlineData("/docker/id", "/docker/id", "")]
    [InlineData("/docker/id", "/docker/id/inner", "inner")]
    [InlineData("/docker/id", "/kubepods/pod/other", "")]
    [InlineData("/", "/docker/id", "")]
    [InlineData("/", "/../../docker/id", "")]
    [InlineData("/..", "/", "")]
    [InlineData("/docker/i", "/docker/id", "")]
    public void Memory_WithThePathsOfAnotherView_IsTheContainersOwn(string mountRoot, string group, string folder)
    {
        Group1($"v1/{folder}", "300000");

        Read($"4:memory:{group}\n", Version1(mountRoot), out _).ShouldBeOf("cgroup");
    }

    [Theory]
    [InlineData("0", "host")]
    [InlineData("1", "cgroup")]
    public void Memory_OfAGroupAboveInVersion1_CountsWhereItIsCountedThere(string hierarchy, string source)
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "v1", "parent", "own"));
        Group1("v1/parent", "300000");
        Write("v1/parent/memory.use_hierarchy", hierarchy + "\n");

        Read("4:memory:/parent/own\n", Version1("/"), out _).ShouldBeOf(source);
    }

    [Fact]
    public void Memory_OfAFullGroup_IsUsedUp()
    {
        Write("v1/memory.limit_in_bytes", "100\n");
        Write("v1/memory.usage_in_bytes", "100\n");

        Read("4:memory:/\n", Version1("/"), out _).ShouldBe(new MemoryReading("cgroup", 100, 0));
    }

    [Fact]
    public void Memory_WithoutProc_IsNotRead() => MemoryReading.Of(Path.Combine(_root.FullName, "none"), out _).ShouldBeNull();

    private string Version2() => $"41 31 0:38 / {_root.FullName}/v2 rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

    private string Version1(string mountRoot) =>
        $"33 31 0:30 / {_root.FullName}/cpu rw,relatime - cgroup cgroup rw,cpu\n"
        + $"35 31 0:32 {mountRoot} {_root.FullName}/v1 rw,relatime - cgroup cgroup rw,memory\n";

    private void Group(string group, string limit)
    {
        Write($"{group}/memory.max", limit + "\n");
        Write($"{group}/memory.current", "290000\n");
        Write($"{group}/memory.stat", "anon 1\ninactive_file 40000\n");
    }

    private void Group1(string group, string limit)
    {
        Write($"{group}/memory.limit_in_bytes", limit + "\n");
        Write($"{group}/memory.usage_in_bytes", "290000\n");
        Write($"{group}/memory.stat", "inactive_file 10\ntotal_inactive_file 40000\n");
    }

    private MemoryReading? Read(string cgroup, string mountInfo, out double? swapUsed)
    {
        Write("proc/meminfo", MemInfo);
        Write("proc/self/cgroup", cgroup);
        Write("proc/self/mountinfo", mountInfo);
        return MemoryReading.Of(Path.Combine(_root.FullName, "proc"), out swapUsed);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}

file static class MemoryReadings
{
    public static void ShouldBeOf(this MemoryReading? reading, string source) =>
        reading.ShouldNotBeNull()
            .ShouldBe(source == "cgroup" ? new MemoryReading("cgroup", 300000, 50000) : new MemoryReading("host", 1000 * 1024, 400 * 1024));
}
