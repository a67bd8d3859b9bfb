using System.Diagnostics;
using HealthAgent.Files;

namespace HealthAgent.Unit.Support;

/// <summary>A folder with files to change under a watch's eyes.</summary>
internal sealed class WatchedFolder : IDisposable
{
    private const int Largest = 100_000;

    public string Root { get; } = TemporaryFolder.Create("folder-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public void Write(string name, string text) => File.WriteAllText(this[name], text);

    /// <summary>As careful programs write: a new file beside it, then over it.</summary>
    public void Replace(string name, string text)
    {
        Write(name + ".new", text);
        File.Move(this[name + ".new"], this[name], overwrite: true);
    }

    /// <summary>As Kubernetes mounts a ConfigMap: <c>agent.yaml → ..data/agent.yaml</c>, <c>..data → ..REVISION</c>.</summary>
    public void Mount(string revision, string name, string text)
    {
        PrepareMount(revision, name, text);
        SwapMount();
        if (!File.Exists(this[name]))
        {
            File.CreateSymbolicLink(this[name], $"..data/{name}");
        }
    }

    /// <summary>All that Kubernetes does before what was mounted changes.</summary>
    public void PrepareMount(string revision, string name, string text)
    {
        Directory.CreateDirectory(this[".." + revision]);
        Write($"..{revision}/{name}", text);
        File.CreateSymbolicLink(this["..data_tmp"], ".." + revision);
    }

    /// <summary>The rename by which it changes.</summary>
    public void SwapMount() => Run("mv", "-T", this["..data_tmp"], this["..data"]);

    /// <summary>What a load sees in these files now.</summary>
    public static IEnumerable<FileSeen> See(params string[] paths)
    {
        var files = new FilesRead();
        foreach (var path in paths)
        {
            files.Read(path, Largest);
        }

        return [.. files.Seen];
    }

    public static void Run(string command, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), $"there is no {command}, or another one");
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
