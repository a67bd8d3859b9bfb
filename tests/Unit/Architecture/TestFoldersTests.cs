using System.Text.RegularExpressions;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Architecture;

/// <summary>The tests of an idea are in a folder of the same name as its sources; what several folders use is in <c>Support</c>.</summary>
public sealed partial class TestFoldersTests
{
    // What is no folder of the sources: what is tested besides them, and what tests of several folders use.
    private static readonly Dictionary<string, string[]> Others = new(StringComparer.Ordinal)
    {
        ["Unit"] = ["Architecture", "Library", "Support"],
        ["Integration"] = ["Dashboards", "Kubernetes", "Packaging", "Prometheus", "Support"],
    };

    [Theory]
    [InlineData("Unit")]
    [InlineData("Integration")]
    public void Folders_OfTests_AreFoldersOfSources(string suite) => TestsOf(suite)
        .Select(file => file.Folder)
        .Distinct(StringComparer.Ordinal)
        .Where(folder => !Others[suite].Contains(folder))
        .Where(folder => !new[] { "Engine", "Agent", "" }.Any(
            project => Directory.Exists(Path.Combine(SourceTree.Root, "src", project, folder))))
        .ShouldBeEmpty();

    [Theory]
    [InlineData("Unit")]
    [InlineData("Integration")]
    public void Tests_AreInFolders(string suite) => TestsOf(suite)
        .Where(file => file.Folder.Length == 0 && file.Name.EndsWith("Tests.cs", StringComparison.Ordinal))
        .Select(file => file.Name)
        .ShouldBeEmpty();

    [Theory]
    [InlineData("Unit")]
    [InlineData("Integration")]
    public void Folders_OfTests_UseNoOtherButSupport(string suite) => TestsOf(suite)
        .Where(file => file.Folder.Length > 0)
        .SelectMany(file => Uses().Matches(File.ReadAllText(file.Path))
            .Select(use => use.Groups["folder"].Value)
            .Where(used => used != "Support" && used != file.Folder.Split('/')[0])
            .Select(used => $"{file.Folder}/{file.Name} uses {used}"))
        .ShouldBeEmpty();

    private static IEnumerable<(string Path, string Folder, string Name)> TestsOf(string suite)
    {
        var root = Path.Combine(SourceTree.Root, "tests", suite);
        return from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
               let folder = Path.GetRelativePath(root, Path.GetDirectoryName(path)!).Replace('\\', '/').TrimStart('.')
               where folder.Split('/')[0] is not ("bin" or "obj")
               select (path, folder, Path.GetFileName(path));
    }

    [GeneratedRegex(@"^using\s+(static\s+)?HealthAgent\.(Unit|Integration)\.(?<folder>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Uses();
}
