using System.Xml.Linq;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Architecture;

public sealed class SourceFilesTests
{
    private const int MostLines = 300;

    [Fact]
    public void Files_OfEachProject_AreFound() => new[] { "Engine/Yaml/YamlTree.cs", "Kinds/CheckKinds.cs", "Agent/Program.cs" }.ShouldAllBe(file => SourceTree.Files.ContainsKey(file));

    [Fact]
    public void Files_AreShort() =>
        SourceTree.Files.Where(file => file.Value.AsSpan().Count('\n') > MostLines).Select(file => file.Key).ShouldBeEmpty();

    [Fact]
    public void PublicMembers_WithoutDocumentation_AreErrors()
    {
        var files = new[] { "Directory.Build.props", "Directory.Build.targets", "src/Engine/Engine.csproj", "src/Kinds/Kinds.csproj", "src/Agent/Agent.csproj" };
        var properties = files.SelectMany(file => XDocument.Load(Path.Combine(SourceTree.Root, file)).Descendants()).ToLookup(element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
        properties["GenerateDocumentationFile"].ShouldBe(["true"]);
        properties["TreatWarningsAsErrors"].ShouldBe(["true"]);
        properties["NoWarn"].Concat(properties["WarningsNotAsErrors"]).ShouldAllBe(value => !value.Contains("1591", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(SourceTree.Root, ".editorconfig")).ShouldNotContain("CS1591");
        SourceTree.Files.Where(file => file.Value.Contains("disable CS1591", StringComparison.Ordinal)).Select(file => file.Key).ShouldBeEmpty();
    }
}
