using System.Xml.Linq;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Architecture;

public sealed class SourceFilesTests
{
    private const int MostLines = 200, MostColumns = 140;

    [Fact]
    public void Files_OfEachProject_AreFound() =>
        new[] { "Engine/Yaml/YamlTree.cs", "Kinds/CheckKinds.cs", "Agent/Program.cs" }.ShouldAllBe(
            file => SourceTree.Files.ContainsKey(file));

    [Fact]
    public void Files_AreShort() => Code
        .Where(file => file.Lines.Length > MostLines)
        .Select(file => $"{file.Name}: {file.Lines.Length} lines")
        .ShouldBeEmpty();

    [Fact]
    public void Lines_AreShort() => Code
        .Concat(Texts(["docs"], "*.md"))
        .SelectMany(LongLines)
        .ShouldBeEmpty();

    [Theory]
    [InlineData("a.cs", "", 140, 0)]
    [InlineData("a.cs", "", 141, 1)]
    [InlineData("a.md", "", 141, 1)]
    [InlineData("a.md", "| ", 141, 0)]
    [InlineData("a.md", "```\n", 141, 0)]
    [InlineData("a.md", "```\n```\n", 141, 1)]
    public void Line_OfALength_IsHeldAgainstTheLimit(string name, string before, int length, int found) =>
        LongLines((name, (before + new string('x', length)).Split('\n'))).Count().ShouldBe(found);

    [Fact]
    public void PublicMembers_WithoutDocumentation_AreErrors()
    {
        var files = new[] { "Directory.Build.props", "Directory.Build.targets", "src/Engine/Engine.csproj", "src/Kinds/Kinds.csproj",
            "src/Agent/Agent.csproj" };
        var properties = files.SelectMany(file => XDocument.Load(Path.Combine(SourceTree.Root, file)).Descendants())
            .ToLookup(element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
        properties["GenerateDocumentationFile"].ShouldBe(["true"]);
        properties["TreatWarningsAsErrors"].ShouldBe(["true"]);
        properties["NoWarn"].Concat(properties["WarningsNotAsErrors"])
            .ShouldAllBe(value => !value.Contains("1591", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(SourceTree.Root, ".editorconfig")).ShouldNotContain("CS1591");
        SourceTree.Files.Where(file => file.Value.Contains("disable CS1591", StringComparison.Ordinal)).Select(file => file.Key)
            .ShouldBeEmpty();
    }

    /// <summary>All that is written by hand and run.</summary>
    private static IEnumerable<(string Name, string[] Lines)> Code => new[] { "*.cs", "*.sh", "*.py", "*.js", "*.ts" }
        .SelectMany(pattern => Texts(["src", "tests", "samples", "bench"], pattern))
        .Concat(Texts([".ci"], "*"))
        .Append((Name: "test.sh", Lines: File.ReadAllLines(Path.Combine(SourceTree.Root, "test.sh"))));

    /// <summary>Lines beyond the limit, except tables and code blocks of Markdown, which may be real output.</summary>
    private static IEnumerable<string> LongLines((string Name, string[] Lines) file)
    {
        var (isMarkdown, isCode) = (file.Name.EndsWith(".md", StringComparison.Ordinal), false);
        foreach (var (index, line) in file.Lines.Index())
        {
            isCode ^= isMarkdown && line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (line.Length > MostColumns && !isCode && !(isMarkdown && line.TrimStart().StartsWith('|')))
            {
                yield return $"{file.Name}:{index + 1}: {line.Length} columns";
            }
        }
    }

    private static IEnumerable<(string Name, string[] Lines)> Texts(string[] folders, string pattern) =>
        from folder in folders.Select(folder => Path.Combine(SourceTree.Root, folder)).Where(Directory.Exists)
        from path in Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
        let name = Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/')
        where !name.Split('/').Any(part => part is "bin" or "obj" or "node_modules")
        select (name, File.ReadAllLines(path));
}
