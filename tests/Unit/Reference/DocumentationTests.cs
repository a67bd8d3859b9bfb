using System.Text.RegularExpressions;
using HealthAgent.Kinds;
using HealthAgent.Reference;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Reference;

/// <summary>The tables in <c>docs/checks.md</c> are what the kinds declare.</summary>
public sealed partial class DocumentationTests
{
    private const string Page = "docs/checks.md";

    [Fact]
    public void Tables_OfTheDocumentation_AreThoseOfTheDeclarations()
    {
        var text = File.ReadAllText(GeneratedFile.PathOf(Page));
        GeneratedFile.ShouldBeUpToDate(Page, Block().Replace(text, block =>
            $"<!-- {block.Groups["title"].Value}, generated -->\n{Blocks[block.Groups["title"].Value]}<!-- end -->"));
    }

    [Fact]
    public void Page_HasABlockForEverythingThatIsDeclared() =>
        Block().Matches(File.ReadAllText(GeneratedFile.PathOf(Page))).Select(block => block.Groups["title"].Value)
            .ShouldBe(Blocks.Keys, ignoreOrder: true);

    private static Dictionary<string, string> Blocks { get; } = new(
        CheckKinds.All.Where(kind => kind.Preset is null).SelectMany(kind => new[]
        {
            KeyValuePair.Create($"settings of {kind.Name}", KindReference.SettingsOf(kind)),
            KeyValuePair.Create($"values of {kind.Name}", KindReference.ValuesOf(kind)),
        }).Prepend(KeyValuePair.Create("settings of all checks", KindReference.OfAllChecks()))
            .Append(KeyValuePair.Create("settings of presets", KindReference.OfPresets(CheckKinds.All)))
            .Append(KeyValuePair.Create("settings of all steps", KindReference.OfAllSteps())),
        StringComparer.Ordinal);

    [GeneratedRegex("<!-- (?<title>(settings|values) of [a-z ]+), generated -->\n.*?<!-- end -->",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Block();
}
