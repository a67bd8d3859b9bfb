using System.Globalization;
using System.Text.RegularExpressions;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;

namespace HealthAgent.Unit.Reference;

/// <summary>The tables in the documentation are what the kinds and sections declare.</summary>
public sealed partial class DocumentationTests
{
    private const string OfKinds = "docs/checks.md";

    private static readonly string[] Pages = [OfKinds, "docs/probing.md", "docs/access.md"];

    private static readonly List<CheckKind> Kinds = [.. CheckKinds.All.Where(static kind => kind.Preset is null)];

    public static TheoryData<string> AllPages => [.. Pages];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Tables_OfTheDocumentation_AreThoseOfTheDeclarations(string page) =>
        GeneratedFile.ShouldBeUpToDate(page, Block().Replace(TextOf(page), block => BlockOf(block.Groups["title"].Value)));

    [Fact]
    public void Pages_HaveABlockForEverythingThatIsDeclared() =>
        Pages.SelectMany(static page => Block().Matches(TextOf(page)))
            .Select(static block => block.Groups["title"].Value).ShouldBe(Blocks.Keys, ignoreOrder: true);

    [Theory]
    [InlineData("README.md", "`{0}`")]
    [InlineData("src/Kinds/README.md", "`{0}`")]
    [InlineData(OfKinds, "[{0}](#{0})")]
    public void Overviews_NameEveryKind(string page, string form) => NamesMissing(page, form, Kinds).ShouldBeEmpty($"name them in {page}");

    [Fact]
    public void Probing_NamesTheKindsThatCanBeProbed() =>
        NamesMissing("docs/probing.md", "`{0}`", Kinds.Where(static kind => kind.Target is not null)).ShouldBeEmpty();

    private static IEnumerable<string> NamesMissing(string page, string form, IEnumerable<CheckKind> kinds)
    {
        var text = File.ReadAllText(GeneratedFile.PathOf(page));
        return kinds.Select(static kind => kind.Name)
            .Where(name => !text.Contains(string.Format(CultureInfo.InvariantCulture, form, name), StringComparison.Ordinal));
    }

    /// <summary>A page; a kind without a section gets one behind that of the kind before it.</summary>
    private static string TextOf(string page)
    {
        var text = File.ReadAllText(GeneratedFile.PathOf(page));
        foreach (var (before, kind) in page == OfKinds ? Kinds.Zip(Kinds.Skip(1)) : [])
        {
            if (!text.Contains(HeadOf(kind), StringComparison.Ordinal))
            {
                var end = text.IndexOf("\n## ", text.IndexOf(HeadOf(before), StringComparison.Ordinal) + 1, StringComparison.Ordinal);
                text = text.Insert(end < 0 ? text.Length : end, SectionOf(kind));
            }
        }

        return text;
    }

    private static string HeadOf(CheckKind kind) => $"\n## {kind.Name}\n";

    private static string SectionOf(CheckKind kind) =>
        $"{HeadOf(kind)}\n{kind.Description}\n\n{BlockOf($"settings of {kind.Name}")}\n\n{BlockOf($"values of {kind.Name}")}\n\n"
        + $"```yaml\n{KindReference.ExampleOf(kind)}```\n";

    private static string BlockOf(string title) => $"<!-- {title}, generated -->\n{Blocks[title]}<!-- end -->";

    private static Dictionary<string, string> Blocks { get; } = new(
        Kinds.SelectMany(kind => new[]
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
