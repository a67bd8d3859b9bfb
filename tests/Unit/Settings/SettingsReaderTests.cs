using HealthAgent.Files;
using HealthAgent.Settings;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Settings;

public sealed class SettingsReaderTests
{
    private static readonly Dictionary<string, int> Words = new(StringComparer.Ordinal) { ["one"] = 1, ["two"] = 2 };

    [Fact]
    public void Values_Written_AreReadByTheirTypes()
    {
        var (settings, errors) = Configured.Settings("""
            text: some words
            duration: 1m30s
            size: 10MiB
            number: 42
            yes: true
            word: two
            list: [a, b]
            single: a
            map: {a: 1, b: ~}
            nothing: ~
            """);
        settings.Text("text").ShouldBe("some words");
        settings.Duration("duration").ShouldBe(TimeSpan.FromSeconds(90));
        settings.Size("size").ShouldBe(10 * 1024 * 1024);
        settings.Integer("number", least: 0).ShouldBe(42);
        settings.Boolean("yes").ShouldBe(true);
        settings.OneOf("word", Words).ShouldBe(2);
        settings.Texts("list").ShouldBe([new(new Location(7, 8), "a"), new(new Location(7, 11), "b")]);
        settings.Texts("single").ShouldBe([new(new Location(8, 9), "a")]);
        settings.Map("map").ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "" }, ignoreOrder: true);
        settings.Text("nothing").ShouldBeNull();
        settings.Has("nothing").ShouldBeFalse();
        errors.ToLines().ShouldBeEmpty();
    }

    [Fact]
    public void Values_NotWritten_AreNullOrEmptyAndNoMistake()
    {
        var (settings, errors) = Configured.Settings("");
        settings.Text("a").ShouldBeNull();
        settings.Duration("a").ShouldBeNull();
        settings.Size("a").ShouldBeNull();
        settings.Integer("a", least: 0).ShouldBeNull();
        settings.Boolean("a").ShouldBeNull();
        settings.OneOf("a", Words).ShouldBeNull();
        settings.Section("a").ShouldBeNull();
        settings.Sections("a").ShouldBeEmpty();
        settings.Texts("a").ShouldBeEmpty();
        settings.Map("a").ShouldBeEmpty();
        errors.Any.ShouldBeFalse();
    }

    [Theory]
    [InlineData("required", "'a' is required")]
    [InlineData("required: ''", "'a' is required", "a")]
    [InlineData("required: [x]", "a single value is expected here, not a list", "a")]
    [InlineData("text: [x]", "a single value is expected here, not a list", "a")]
    [InlineData("text: {x: 1}", "a single value is expected here, not a mapping", "a")]
    [InlineData("duration: 10", "'10' is not a duration; write a number with ms, s, m, h or d, such as 500ms, 10s, 1m30s", "a")]
    [InlineData("duration: ''", "'' is not a duration; write a number with ms, s, m, h or d, such as 500ms, 10s, 1m30s", "a")]
    [InlineData("duration: 5ms", "5ms is too short; must be at least 10ms", "a")]
    [InlineData("duration: 2h", "2h is too long; must be at most 1h", "a")]
    [InlineData("size: lots", "'lots' is not a size; write a number with B, KiB, MiB or GiB, such as 10MiB", "a")]
    [InlineData("integer: 1.5", "'1.5' is not a whole number from 1 to 10", "a")]
    [InlineData("integer: 0", "'0' is not a whole number from 1 to 10", "a")]
    [InlineData("integer: 11", "'11' is not a whole number from 1 to 10", "a")]
    [InlineData("integer: 99999999999", "'99999999999' is not a whole number from 1 to 10", "a")]
    [InlineData("open: -1", "'-1' is not a whole number of at least 0", "a")]
    [InlineData("boolean: yes", "'yes' is neither true nor false", "a")]
    [InlineData("boolean: tRUE", "'tRUE' is neither true nor false", "a")]
    [InlineData("boolean: on", "'on' is neither true nor false", "a")]
    [InlineData("word: tow", "'tow' is not valid (did you mean 'two'?)", "a")]
    [InlineData("section: 5", "a mapping is expected here", "a")]
    [InlineData("sections: {x: 1}", "a list is expected here", "a")]
    [InlineData("sections: [5]", "a mapping is expected here", "a[0]")]
    [InlineData("texts: [x, [y]]", "a single value is expected here, not a list", "a")]
    [InlineData("map: [x]", "a mapping is expected here", "a")]
    [InlineData("map: {b: [x]}", "a single value is expected here, not a list", "a.b")]
    [InlineData("text: ${env:NONE}", "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}", "a")]
    [InlineData("required: ${env:NONE}", "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}", "a")]
    public void Value_OfTheWrongKind_IsOneMistake(string written, string message, string? path = "a")
    {
        var type = written.Split(':')[0];
        var (settings, errors) = Configured.Settings(written == type ? "" : $"a{written[type.Length..]}");
        Read(settings, type);
        var line = errors.ToLines().ShouldHaveSingleItem();
        line.ShouldEndWith($": {path}: {message}");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("FALSE", false)]
    public void Boolean_InASpellingOfYaml_IsRead(string written, bool value)
    {
        var (settings, errors) = Configured.Settings($"a: {written}");
        settings.Boolean("a").ShouldBe(value);
        errors.Any.ShouldBeFalse();
    }

    [Fact]
    public void Section_WithinAnother_HasAPathOfBoth()
    {
        var (settings, errors) = Configured.Settings("a:\n  b:\n    - {name: x, c: 5}\n    - {c: 5}\n");
        var sections = settings.Section("a")!.Sections("b");
        sections.Select(section => section.Path).ShouldBe(["a.b[x]", "a.b[1]"]);
        sections[0].Reject("c", "is wrong");
        sections[1].RejectUnknownKeys();
        errors.ToLines().ShouldBe(["agent.yaml:3:20: a.b[x].c: is wrong", "agent.yaml:4:8: a.b[1].c: unknown key"]);
    }

    [Fact]
    public void Mistakes_ToldTwice_AreShownOnceInTheOrderOfTheFile()
    {
        var errors = new ConfigurationErrors("x.yaml");
        errors.Add(new Location(10, 2), "b", "second");
        errors.Add(new Location(9, 30), "", "first");
        errors.Add(new Location(10, 2), "b", "second");
        errors.Add(new Location(10, 1), "c", "between");
        errors.ToLines().ShouldBe(["x.yaml:9:30: first", "x.yaml:10:1: c: between", "x.yaml:10:2: b: second"]);
    }

    /// <summary>Settings whose environment has every variable but those that begin with NO.</summary>
    internal static SettingsReader WithEnvironment(string yaml) => WithEnvironment(yaml, out _);

    internal static SettingsReader WithEnvironment(string yaml, out ConfigurationErrors errors)
    {
        errors = new ConfigurationErrors("agent.yaml");
        var root = YamlTree.Read(yaml, errors).ShouldNotBeNull();
        return new SettingsReader(
            root, errors, new Substitution(name => name.StartsWith("NO", StringComparison.Ordinal) ? null : "from-env", new FilesRead()));
    }

    private static void Read(SettingsReader settings, string type)
    {
        switch (type)
        {
            case "required":
                settings.RequiredText("a").ShouldBe("");
                break;
            case "text":
                settings.Text("a").ShouldBeNull();
                break;
            case "duration":
                settings.Duration("a", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)).ShouldBeNull();
                break;
            case "size":
                settings.Size("a").ShouldBeNull();
                break;
            case "integer":
                settings.Integer("a", least: 1, most: 10).ShouldBeNull();
                break;
            case "open":
                settings.Integer("a", least: 0).ShouldBeNull();
                break;
            case "boolean":
                settings.Boolean("a").ShouldBeNull();
                break;
            case "word":
                settings.OneOf("a", Words).ShouldBeNull();
                break;
            case "section":
                settings.Section("a").ShouldBeNull();
                break;
            case "sections":
                settings.Sections("a").ShouldBeEmpty();
                break;
            case "texts":
                settings.Texts("a").Count.ShouldBe(1);
                break;
            default:
                settings.Map("a").Values.ShouldAllBe(value => value.Length == 0);
                break;
        }
    }
}
