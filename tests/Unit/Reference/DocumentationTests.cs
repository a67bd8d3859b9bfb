using System.Text.RegularExpressions;
using HealthAgent.Kinds;
using HealthAgent.Reference;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Reference;

/// <summary>The tables in the documentation are what the kinds and sections declare.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Pages = ["docs/checks.md", "docs/probing.md", "docs/access.md"];

    public static TheoryData<string> AllPages => [.. Pages];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Tables_OfTheDocumentation_AreThoseOfTheDeclarations(string page)
    {
        var text = File.ReadAllText(GeneratedFile.PathOf(page));
        GeneratedFile.ShouldBeUpToDate(page, Block().Replace(text, block =>
            $"<!-- {block.Groups["title"].Value}, generated -->\n{Blocks[block.Groups["title"].Value]}<!-- end -->"));
    }

    [Fact]
    public void Pages_HaveABlockForEverythingThatIsDeclared() =>
        Pages.SelectMany(static page => Block().Matches(File.ReadAllText(GeneratedFile.PathOf(page))))
            .Select(static block => block.Groups["title"].Value).ShouldBe(Blocks.Keys, ignoreOrder: true);

    private static Dictionary<string, string> Blocks { get; } = new(
        CheckKinds.All.Where(kind => kind.Preset is null).SelectMany(kind => new[]
        {
            KeyValuePair.Create($"settings of {kind.Name}", KindReference.SettingsOf(kind)),
            KeyValuePair.Create($"values of {kind.Name}", KindReference.ValuesOf(kind)),
        }).Prepend(KeyValuePair.Create("settings of all checks", KindReference.OfAllChecks()))
            .Append(KeyValuePair.Create("settings of presets", KindReference.OfPresets(CheckKinds.All)))
            .Append(KeyValuePair.Create("settings of all steps", KindReference.OfAllSteps()))
            .Append(KeyValuePair.Create("settings of listeners", KindReference.OfListeners()))
            .Append(KeyValuePair.Create("settings of access", KindReference.OfAccess()))
            .Append(KeyValuePair.Create("settings of probe", KindReference.OfProbe())),
        StringComparer.Ordinal);

    [GeneratedRegex("<!-- (?<title>(settings|values) of [a-z ]+), generated -->\n.*?<!-- end -->",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Block();
}
