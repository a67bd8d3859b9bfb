namespace HealthAgent.Unit.Support;

/// <summary>
/// Folders of tests, below one of this process, which is removed when it exits: a test that is skipped or fails while it is initialized is
/// not disposed of.
/// </summary>
internal static class TemporaryFolder
{
    private static readonly Lazy<string> Root = new(() =>
    {
        var root = Directory.CreateTempSubdirectory("health-agent-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(root);
        return root;
    });

    private static int _count;

    /// <summary>Creates an empty folder, whose name begins with a word.</summary>
    public static DirectoryInfo Create(string word) =>
        Directory.CreateDirectory(Path.Combine(Root.Value, $"{word}{Interlocked.Increment(ref _count)}"));

    private static void Remove(string root)
    {
        try
        {
            Directory.Delete(root, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that a test started still writes to it.
        }
    }
}
