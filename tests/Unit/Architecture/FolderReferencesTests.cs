using System.Text.RegularExpressions;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Architecture;

/// <summary>Data flows one way: this table is the one of docs/design.md, held over the source itself.</summary>
public sealed partial class FolderReferencesTests
{
    private const string All = "*";

    // Each folder of src/Agent with the folders it may use, besides itself and Vocabulary.
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Vocabulary"] = [],
        ["Configuration"] = ["Security"],
        ["Expectations"] = [],
        ["Security"] = [],
        ["Checks"] = ["Configuration", "Expectations", "Security"],
        ["State"] = ["Checks", "Expectations"],
        ["Scheduling"] = ["Checks", "State"],
        ["Telemetry"] = ["State", "Checks", "Expectations"],
        ["Reload"] = ["Configuration", "Checks", "Scheduling", "State", "Telemetry"],
        ["Endpoints"] = ["State", "Security", "Scheduling", "Checks", "Expectations", "Telemetry", "Reload"],
        ["Commands"] = [All],
        [""] = [All],
    };

    [Fact]
    public void Folders_OfTheAgent_UseOnlyWhatTheyMay() => SourceTree.Agent.SelectMany(file => Violations(file.Key, file.Value)).ShouldBeEmpty();

    [Fact]
    public void Namespaces_OfTheAgent_AreItsFolders() => SourceTree.Agent.SelectMany(file => MisplacedNamespaces(file.Key, file.Value)).ShouldBeEmpty();

    [Fact]
    public void GlobalUsings_OfTheAgent_AreOfTheVocabularyAlone() =>
        SourceTree.Agent.Values.SelectMany(text => GlobalUsing().Matches(text)).Select(match => match.Groups["name"].Value).ShouldBe(["HealthAgent.Vocabulary"]);

    [Theory]
    [InlineData("State/A.cs", "using HealthAgent.Checks;", 0)]
    [InlineData("State/A.cs", "using HealthAgent.Checks.Network;", 0)]
    [InlineData("State/A.cs", "using HealthAgent.State.Inner;", 0)]
    [InlineData("State/A.cs", "using System.Text;", 0)]
    [InlineData("State/A.cs", "// HealthAgent.Endpoints.Answer says more", 0)]
    [InlineData("State/A.cs", "/// <see cref=\"HealthAgent.Endpoints.Answer\"/>", 0)]
    [InlineData("A.cs", "using HealthAgent.Endpoints;", 0)]
    [InlineData("Commands/A.cs", "using HealthAgent.Endpoints;", 0)]
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
    [InlineData("State/A.cs", "namespace HealthAgent.State;", 0)]
    [InlineData("Checks/Network/A.cs", "namespace HealthAgent.Checks.Network;", 0)]
    [InlineData("A.cs", "namespace HealthAgent;", 0)]
    [InlineData("A.cs", "return 0;", 0)]
    [InlineData("Checks/Network/A.cs", "namespace HealthAgent.Checks;", 1)]
    [InlineData("State/A.cs", "namespace HealthAgent.Checks;", 1)]
    [InlineData("State/A.cs", "class A;", 1)]
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
        var used = Qualified().Matches(code).Concat(HalfQualified().Matches(Using().Replace(code, ""))).Select(match => match.Groups["folder"].Value);
        return used.Distinct(StringComparer.Ordinal)
            .Where(other => MayUse.ContainsKey(other) && other != folder && other != "Vocabulary" && !allowed.Contains(other) && !allowed.Contains(All))
            .Select(other => $"{path}: {folder} may not use {other}");
    }

    private static IEnumerable<string> MisplacedNamespaces(string path, string text)
    {
        var expected = string.Join('.', path.Split('/')[..^1].Prepend("HealthAgent"));
        var written = Namespace().Matches(text).Select(match => match.Groups["name"].Value).ToList();
        return written.Count == 0 && expected != "HealthAgent"
            ? [$"{path}: has no namespace, not {expected}"]
            : written.Where(name => name != expected).Select(name => $"{path}: is in {name}, not {expected}");
    }

    [GeneratedRegex("//.*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*(global\s+)?using\s[^(]*?;", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Using();

    [GeneratedRegex(@"\bHealthAgent\.(?<folder>[A-Z]\w*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Qualified();

    // Within HealthAgent the first part may be left out: Endpoints.Answer. A member of that name looks alike,
    // so only what stands where a type or a static member may, and goes on with a capital letter, counts.
    [GeneratedRegex(@"(?<![\w.>""])(?<folder>Configuration|Expectations|Security|Checks|Scheduling|Telemetry|Endpoints|Commands)\.[A-Z]\w*[.\s(<?]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HalfQualified();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*global\s+using\s+(static\s+)?(\w+\s*=\s*)?(?<name>HealthAgent[\w.]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex GlobalUsing();
}
