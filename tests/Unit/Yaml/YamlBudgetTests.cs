using System.Globalization;
using System.Text;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Yaml;

public sealed class YamlBudgetTests
{
    private const string TooMuch = "aliases and merge keys up to here expand to more than 64MiB";
    private const string TooDeep = "nested deeper than 64 levels";

    [Fact]
    public void Aliases_OfAliasesOfAliases_AreRefusedWhereTheyRepeatTooMuch()
    {
        // Each line doubles what the lines above repeat.
        var text = "a0: &a0 [x, x]\n" + Lines(1, 40, "a#: &a# [*a@, *a@]\n");
        Read(text).Errors.ShouldBe([$"agent.yaml:19:18: {TooMuch}"]);
    }

    [Fact]
    public void Bomb_UnderACheck_IsRefusedBeforeItIsPlanned()
    {
        var bomb = Lines(1, 20, "  x-a#: &a# [*a@, *a@, *a@, *a@]\n");
        var errors = Configured.Read($"checks:\n- name: a\n  kind: self\n  x-a0: &a0 [x, x]\n{bomb}").Errors;
        errors.ShouldHaveSingleItem().ShouldEndWith(TooMuch);
    }

    [Fact]
    public void MergeKeys_OfManyKeys_AreRefusedWhereTheyCopyTooMuch()
    {
        var text = new StringBuilder("x: &x {").Append(Lines(1, 3000, "k#: 1, ")).Append("}\n").Append(Lines(1, 3000, "a#: {<<: *x}\n"))
            .ToString();
        var (root, errors) = Read(text);
        root.ShouldBeNull();
        errors.ShouldHaveSingleItem().ShouldEndWith(TooMuch);
    }

    [Fact]
    public void MergeKeys_WithinMergeKeys_CountWhatEachCopies()
    {
        var text = "a: " + string.Concat(Enumerable.Repeat("{<<: ", 60)) + "{" + Lines(1, 50_000, "k#: 1, ") + "}" + new string('}', 60);
        Read(text).Errors.ShouldHaveSingleItem().ShouldEndWith(TooMuch);
    }

    [Fact]
    public void Texts_ThatAreLong_CountByTheirLength()
    {
        var text = $"a: &a {new string('x', 1024 * 1024)}\nb:\n" + string.Concat(Enumerable.Repeat("- *a\n", 64));
        Read(text).Errors.ShouldBe([$"agent.yaml:66:3: {TooMuch}"]);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(1500, false)]
    public void Nesting_ByAliases_CountsAsIfWrittenOut(int levels, bool isRead)
    {
        var (root, errors) = Read("a0: &a0 [x]\n" + Lines(1, levels - 1, "a#: &a# [*a@]\n"));
        (root is not null).ShouldBe(isRead);
        errors.Count.ShouldBe(isRead ? 0 : 1);
        errors.ShouldAllBe(error => error.EndsWith(TooDeep, StringComparison.Ordinal));
    }

    [Fact]
    public void Nesting_BesideADeepAnchor_IsItsOwn()
    {
        var deep = new string('[', 60) + new string(']', 60);
        Read($"a: {deep}\nb: &b [x]\nc: [[[[*b]]]]\n").Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Checks_ThatShareAllTheirSettings_AreRead()
    {
        var shared = "x-a: &a { kind: http, " + Lines(1, 50, "setting#: value of it, ") + "}\n";
        Read(shared + "checks:\n" + Lines(1, 10_000, "- { <<: *a, name: c# }\n")).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("- {}\n", 250_000, "agent.yaml:250000:3: more than 250,000 lists and mappings")]
    [InlineData("- a\n", 1_000_000, "agent.yaml:1000000:3: more than 1,000,000 values")]
    public void Values_WithoutEnd_AreRefused(string line, int lines, string error) =>
        Read(string.Concat(Enumerable.Repeat(line, lines + 10))).Errors
            .ShouldBe([$"{error} in the file up to here; an agent is made for 10,000 checks: split the file among several agents"]);

    [Fact]
    public void Checks_ThatOneAgentIsMadeFor_AreReadWithManySettings() =>
        Read("checks:\n"
            + Lines(1, 10_000, $"- {{ name: c#, expect: [a, b], labels: {{ {Lines(1, 40, "l#: v, ")} }} }}\n")).Errors.ShouldBeEmpty();

    [Fact]
    public void Mistakes_WithoutEnd_AreShownUpToABound()
    {
        var (_, errors) = Read(string.Concat(Enumerable.Repeat("a: 1\n", 5000)));
        errors.Count.ShouldBe(1001);
        errors[^1].ShouldBe("agent.yaml: more than 1000 errors; only the first are listed");
    }

    [Fact]
    public void Name_LongerThanAny_IsNotRepeatedWithEachError()
    {
        var errors = Configured.Read($"checks:\n- name: {new string('x', 10_000)}\n  kind: self\n  none: 1\n").Errors;
        errors.ShouldContain(error => error.Contains("checks[0].none: unknown key", StringComparison.Ordinal));
    }

    /// <summary>A text for each number: <c>#</c> is the number, <c>@</c> the previous one.</summary>
    private static string Lines(int first, int last, string text) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(i => text
        .Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@", (i - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    private static (YamlMap? Root, IReadOnlyList<string> Errors) Read(string text)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        return (YamlTree.Read(text, errors), errors.ToLines());
    }
}
