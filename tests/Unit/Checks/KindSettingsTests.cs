using System.Text.RegularExpressions;
using HealthAgent.Kinds;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Checks;

public sealed partial class KindSettingsTests
{
    private static readonly string[] Values =
    [
        "", "~", "''", "[x]", "[]", "{x: y}", "[[x], {y: z}]", "${env:NONE}", "${file:/no/such/file}", "'${'", "nonsense", "'-1'", "'0'", "true", "'://'", "'h:1'",
        "'a=b;c'", "'=;,'", "http://u:p@h:1/x?y#z", "'http://[::1'", "redis://:@:99999/x", "amqp://h/%2", "postgres://h/%zz?a=b=c", "'\"\\0\"'", "99999999999999999999",
    ];

    public static TheoryData<string> Kinds => [.. CheckKinds.All.Select(kind => kind.Name)];

    /// <summary>Every kind must note what is wrong and go on; one that throws takes all other mistakes' messages with it.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_GivenAnythingForAnySetting_NotesItAndGoesOn(string kind)
    {
        var names = SourceTree.Files.Where(file => file.Key.StartsWith("Kinds/", StringComparison.Ordinal))
            .SelectMany(file => Setting().Matches(file.Value)).Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        names.Count.ShouldBeGreaterThan(10);
        foreach (var name in names)
        {
            foreach (var value in Values)
            {
                var yaml = $"checks: [{{name: a, kind: {kind}, {name}: {value}}}]";
                Should.NotThrow(() => Configured.Read(yaml), yaml);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_GivenAnUnknownSetting_RefusesIt(string kind) =>
        Configured.Read($"checks: [{{name: a, kind: {kind}, zzzzzzzzzz: 1}}]").Errors.ShouldContain(
            error => error.Contains("checks[a].zzzzzzzzzz: unknown key", StringComparison.Ordinal), 1);

    [GeneratedRegex("""\b(settings|tls)\??\.[A-Z]\w+(<\w+>)?\("(?<name>[a-zA-Z]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Setting();
}
