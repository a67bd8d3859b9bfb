using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Architecture;

/// <summary>The tests of an idea are in a folder of the same name as its sources.</summary>
public sealed class TestFoldersTests
{
    private static readonly string Tests = Path.Combine(SourceTree.Root, "tests", "Unit");

    // What is no folder of the sources: the sources themselves, the root of the engine, and what tests of several folders use.
    private static readonly string[] Others = ["Architecture", "Library", "Support"];

    [Fact]
    public void Folders_OfTests_AreFoldersOfSources() => Directory.EnumerateDirectories(Tests, "*", SearchOption.AllDirectories)
        .Where(folder => Directory.EnumerateFiles(folder, "*.cs").Any())
        .Select(folder => Path.GetRelativePath(Tests, folder))
        .Where(folder => folder.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj") && !Others.Contains(folder))
        .Where(folder => !new[] { "Engine", "Agent", "" }.Any(
            project => Directory.Exists(Path.Combine(SourceTree.Root, "src", project, folder))))
        .ShouldBeEmpty();
}
