using System.Text.RegularExpressions;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Architecture;

/// <summary>Enforces the one-way dependencies between folders, as the table in docs/design.md has them.</summary>
public sealed partial class FolderReferencesTests
{
    private const string All = "*";

    // Extension methods are found where what they extend is.
    private static readonly Dictionary<string, string> Extensions = new(StringComparer.Ordinal)
    {
        ["Engine/HealthAgentServiceCollectionExtensions.cs"] = "Microsoft.Extensions.DependencyInjection",
        ["Engine/HealthAgentEndpointRouteBuilderExtensions.cs"] = "Microsoft.AspNetCore.Builder",
    };

    // Each folder of src/Engine with the folders it may use, besides itself and Vocabulary, as docs/design.md has them. Between projects
    // the compiler holds the direction.
    private static readonly Dictionary<string, string[]> MayUse = Row()
        .Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "design.md")))
        .Select(static row => KeyValuePair.Create(row.Groups["folder"].Value, row.Groups["used"].Value.Split(", ")))
        .Append(KeyValuePair.Create("", new[] { All }))
        .ToDictionary(StringComparer.Ordinal);

    [Fact]
    public void Table_OfTheDesign_NamesTheFoldersThereAre() => MayUse.Keys.Where(static folder => folder.Length > 0).ShouldBe(
        Engine.Where(static file => file.Key.Contains('/', StringComparison.Ordinal)).Select(static file => file.Key.Split('/')[0])
            .Distinct(StringComparer.Ordinal),
        ignoreOrder: true);

    [Fact]
    public void Folders_OfTheEngine_UseOnlyWhatTheyMay() => Engine.SelectMany(file => Violations(file.Key, file.Value)).ShouldBeEmpty();

    [Fact]
    public void Namespaces_AreFolders() => SourceTree.Files.SelectMany(file => MisplacedNamespaces(file.Key, file.Value)).ShouldBeEmpty();

    [Fact]
    public void GlobalUsings_AreOfTheVocabularyAlone() =>
        SourceTree.Files.Values.SelectMany(text => GlobalUsing().Matches(text)).Select(match => match.Groups["name"].Value)
            .ShouldAllBe(name => name == "HealthAgent.Vocabulary");

    private static IEnumerable<KeyValuePair<string, string>> Engine =>
        SourceTree.Files.Where(file => file.Key.StartsWith("Engine/", StringComparison.Ordinal))
            .Select(file => KeyValuePair.Create(file.Key["Engine/".Length..], file.Value));

    [Theory]
    [InlineData("State/A.cs", "using HealthAgent.Checks;", 0)]
    [InlineData("State/A.cs", "using HealthAgent.Checks.Network;", 0)]
    [InlineData("State/A.cs", "using HealthAgent.State.Inner;", 0)]
    [InlineData("State/A.cs", "using System.Text;", 0)]
    [InlineData("State/A.cs", "// HealthAgent.Endpoints.Answer says more", 0)]
    [InlineData("State/A.cs", "/// <see cref=\"HealthAgent.Endpoints.Answer\"/>", 0)]
    [InlineData("A.cs", "using HealthAgent.Endpoints;", 0)]
    [InlineData("State/A.cs", "using HealthAgent.Endpoints;", 1)]
    [InlineData("State/Inner/A.cs", "using HealthAgent.Endpoints;", 1)]
    [InlineData("State/A.cs", "using static HealthAgent.Endpoints.Answer;", 1)]
    [InlineData("State/A.cs", "using Answer = HealthAgent.Endpoints.Answer;", 1)]
    [InlineData("State/A.cs", "var x = HealthAgent.Endpoints.Answer.Ok;", 1)]
    [InlineData("State/A.cs", "global::HealthAgent.Endpoints.Answer x;", 1)]
    [InlineData("State/A.cs", "Endpoints.Answer x;", 1)]
    [InlineData("State/A.cs", "return new(Endpoints.Answer.Ok);", 1)]
    [InlineData("State/A.cs", "var x = y.Endpoints.Count;", 0)]
    [InlineData("Checks/A.cs", "using HealthAgent.State;", 1)]
    [InlineData("Vocabulary/A.cs", "using HealthAgent.Configuration;", 1)]
    [InlineData("Attic/A.cs", "", 1)]
    public void Reference_InAFolder_IsHeldAgainstTheTable(string path, string text, int violations) =>
        Violations(path, text).Count().ShouldBe(violations);

    [Theory]
    [InlineData("Engine/State/A.cs", "namespace HealthAgent.State;", 0)]
    [InlineData("Kinds/Network/A.cs", "namespace HealthAgent.Kinds.Network;", 0)]
    [InlineData("Agent/Commands/A.cs", "namespace HealthAgent.Agent.Commands;", 0)]
    [InlineData("Engine/A.cs", "namespace HealthAgent;", 0)]
    [InlineData("Engine/A.cs", "return 0;", 0)]
    [InlineData("Kinds/Network/A.cs", "namespace HealthAgent.Network;", 1)]
    [InlineData("Engine/State/A.cs", "namespace HealthAgent.Checks;", 1)]
    [InlineData("Engine/State/A.cs", "class A;", 1)]
    public void Namespace_OfAFile_IsHeldAgainstItsFolder(string path, string text, int violations) =>
        MisplacedNamespaces(path, text).Count().ShouldBe(violations);

    private static IEnumerable<string> Violations(string path, string text)
    {
        var folder = path.Contains('/', StringComparison.Ordinal) ? path.Split('/')[0] : "";
        if (!MayUse.TryGetValue(folder, out var allowed))
        {
            return [$"{path}: the folder {folder} is not in the table"];
        }

        var code = Comment().Replace(text, "");
        var used = Qualified().Matches(code).Concat(HalfQualified().Matches(Using().Replace(code, "")))
            .Select(match => match.Groups["folder"].Value);
        return used.Distinct(StringComparer.Ordinal)
            .Where(other => MayUse.ContainsKey(other) && other != folder && other != "Vocabulary" && !allowed.Contains(other)
                && !allowed.Contains(All))
            .Select(other => $"{path}: {folder} may not use {other}");
    }

    private static IEnumerable<string> MisplacedNamespaces(string path, string text)
    {
        var folders = path.Split('/')[..^1];
        var expected = Extensions.TryGetValue(path, out var extended)
            ? extended
            : string.Join('.', (folders[0] == "Engine" ? folders[1..] : folders).Prepend("HealthAgent"));
        var written = Namespace().Matches(text).Select(match => match.Groups["name"].Value).ToList();
        return written.Count == 0 && folders.Length > 1
            ? [$"{path}: has no namespace, not {expected}"]
            : written.Where(name => name != expected).Select(name => $"{path}: is in {name}, not {expected}");
    }

    [GeneratedRegex(@"^\| `(?<folder>\w+)/` \|.*\| (?<used>[\w, –]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Row();

    [GeneratedRegex("//.*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*(global\s+)?using\s[^(]*?;", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Using();

    [GeneratedRegex(@"\bHealthAgent\.(?<folder>[A-Z]\w*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Qualified();

    // Within HealthAgent, the first part may be omitted: Endpoints.Answer. A member of that name looks the same, so only positions of
    // types and static members count, followed by a capital letter.
    private const string Folders =
        "Configuration|Expectations|Security|Checks|Scheduling|Instruments|Endpoints|Planning|Registered|Publishers";

    [GeneratedRegex(
        $@"(?<![\w.>""])(?<folder>{Folders})\.[A-Z]\w*[.\s(<?]",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HalfQualified();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*global\s+using\s+(static\s+)?(\w+\s*=\s*)?(?<name>HealthAgent[\w.]*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex GlobalUsing();
}
