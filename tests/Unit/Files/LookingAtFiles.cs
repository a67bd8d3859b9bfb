using HealthAgent.Files;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Files;

/// <summary>Looks at files in a folder, again and again.</summary>
public abstract class LookingAtFiles : IDisposable
{
    // These looks are closer together than the file system's timestamps: contents of different length have different stamps.
    private static readonly TimeSpan Pause = FileWatch.Pause;

    private protected WatchedFolder Folder { get; } = new();

    protected FakeTimeProvider Clock { get; } = new();

    /// <summary>A file that is there.</summary>
    protected string Path { get; }

    protected LookingAtFiles()
    {
        Path = Folder["agent.yaml"];
        Folder.Write("agent.yaml", "old");
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected WatchedFiles Watch(params string[] paths) => new(Clock, WatchedFolder.See(paths));

    private protected List<Sight> Look(WatchedFiles files, int times = 1)
    {
        var sights = new List<Sight>();
        while (times-- > 0)
        {
            sights.Add(files.Look(closely: false, out _));
            Clock.Advance(Pause);
        }

        return sights;
    }
}
