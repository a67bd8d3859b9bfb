using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Settings;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds;

/// <summary>What holds of the settings of every kind, by their declarations.</summary>
public sealed class KindSettingsTests
{
    private static readonly string[] Values =
    [
        "", "~", "''", "[x]", "[]", "{x: y}", "[[x], {y: z}]", "${env:NONE}", "${file:/no/such/file}", "'${'", "nonsense", "'-1'", "'0'",
        "true", "'://'", "'h:1'",
        "'a=b;c'", "'=;,'", "http://u:p@h:1/x?y#z", "'http://[::1'", "redis://:@:99999/x", "amqp://h/%2", "postgres://h/%zz?a=b=c",
        "'\"\\0\"'", "99999999999999999999",
    ];

    public static TheoryData<string> Kinds => [.. CheckKinds.All.Select(kind => kind.Name)];

    /// <summary>
    /// Every kind must note what is wrong and go on; one that throws takes all other mistakes' messages with it. One that reads what it did
    /// not declare throws, too.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_GivenAnythingForAnySetting_NotesItAndGoesOn(string kind)
    {
        foreach (var written in Of(kind).SelectMany(setting => Values.Select(value => $"{setting.Name}: {value}"))
            .Concat(Nested(kind).SelectMany(pair => Values.Select(value => $"{pair.Section}: {{{pair.Setting.Name}: {value}}}"))))
        {
            var yaml = $"checks: [{{name: a, kind: {kind}, {written}}}]";
            Should.NotThrow(() => Configured.Read(yaml), yaml);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_GivenAnUnknownSetting_RefusesIt(string kind) =>
        Configured.Read($"checks: [{{name: a, kind: {kind}, zzzzzzzzzz: 1}}]").Errors.ShouldContain(
            error => error.Contains("checks[a].zzzzzzzzzz: unknown key", StringComparison.Ordinal), 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_GivenAnUnknownSettingInASection_RefusesIt(string kind)
    {
        foreach (var section in Of(kind).Where(setting => setting.Shape.Settings is not null))
        {
            Configured.Read($"checks: [{{name: a, kind: {kind}, {section.Name}: {{zzzzzzzzzz: 1}}}}]").Errors.ShouldContain(
                error => error.Contains($"checks[a].{section.Name}.zzzzzzzzzz: unknown key", StringComparison.Ordinal), 1);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Names_OfAKindAndOfAllChecks_AreDistinct(string kind) =>
        Of(kind).Concat(CheckSettings.All).Select(setting => setting.Name).ShouldBeUnique(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Defaults_AsShown_AreWhatHoldsWithoutThem(string kind)
    {
        foreach (var setting in Of(kind).Concat(Nested(kind).Select(pair => pair.Setting)).Where(setting => setting.Default is not null))
        {
            var (settings, errors) = Configured.Settings($"{setting.Name}: {setting.Default}");
            var written = setting.ReadAny(settings);
            errors.ToLines().ShouldBeEmpty();
            setting.ReadAny(Configured.Settings("").Settings).ShouldBe(written, setting.Name);
        }
    }

    [Fact]
    public void Setting_ThatIsNotDeclared_IsAnErrorOfTheProgram()
    {
        var (settings, _) = Configured.Settings("a: 1");
        settings.Declare([Setting.Text("b", "")]);
        Should.Throw<InvalidOperationException>(() => settings.Get(Setting.Text("a", ""))).Message.ShouldContain("'a'");
        Should.Throw<InvalidOperationException>(() => settings.Has(Setting.Text("a", "")));
    }

    private static IReadOnlyList<Setting> Of(string kind) => CheckKinds.All.Single(known => known.Name == kind).Settings;

    private static IEnumerable<(string Section, Setting Setting)> Nested(string kind) =>
        Of(kind).SelectMany(section => (section.Shape.Settings ?? []).Select(setting => (section.Name, setting)));
}
