using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>The dashboard files and the links between them.</summary>
public sealed partial class DashboardFileTests
{
    public static TheoryData<string> Names => [.. DashboardFile.All.Select(dashboard => dashboard.ToString())];

    [Fact]
    public async Task Dashboards_AreWhatGrafanaKnows()
    {
        var (exitCode, output) = await CheckAsync([.. DashboardFile.All.Select(dashboard => dashboard.File)]);

        output.ShouldBeEmpty();
        exitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Dashboards_WithAMistakeEach_AreEachTold()
    {
        (string Right, string Wrong, string Told)[] mistakes =
        [
            ("\"graphMode\":", "\"graphMod\":", "\"graphMod\""),
            ("\"drawStyle\": \"line\"", "\"drawStyle\": \"lines\"", "\"lines\""),
            ("\"custom.cellOptions\"", "\"custom.cellOption\"", "\"custom.cellOption\""),
            ("\"refresh\": 2", "\"refresh\": 9", "VariableRefresh"),
            ("\"uid\": \"${datasource}\"", "\"uid\": \"prometheus\"", "\"prometheus\""),
        ];
        var text = await File.ReadAllTextAsync(Dashboard("overview").File);
        var folder = TemporaryFolder.Create("dashboards-").FullName;
        foreach (var (index, (right, wrong, _)) in mistakes.Index())
        {
            text.ShouldContain(right);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{index}.json"), text.Replace(right, wrong, StringComparison.Ordinal));
        }

        var (exitCode, output) = await CheckAsync(Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);

        foreach (var (index, (_, _, told)) in mistakes.Index())
        {
            output.Split('\n').ShouldContain(
                line => line.StartsWith(Path.Combine(folder, $"{index}.json:"), StringComparison.Ordinal)
                    && line.Contains(told, StringComparison.Ordinal));
        }

        exitCode.ShouldBe(1);
    }

    [Fact]
    public void Dashboards_HaveUidsOfTheirOwn() =>
        DashboardFile.All.Select(dashboard => dashboard.Uid).ShouldBeUnique(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_HaveIdsOfTheirOwn_AndPlacesOfTheirOwn(string name)
    {
        var panels = Dashboard(name).Panels;
        panels.Select(panel => panel.Id).ShouldBeUnique();
        var taken = new Dictionary<(int X, int Y), string>();
        foreach (var panel in panels)
        {
            var place = panel.Json.GetProperty("gridPos");
            int At(string side) => place.GetProperty(side).GetInt32();
            (At("x") + At("w")).ShouldBeLessThanOrEqualTo(24, panel.Title);
            foreach (var cell in from x in Enumerable.Range(At("x"), At("w")) from y in Enumerable.Range(At("y"), At("h")) select (x, y))
            {
                taken.TryAdd(cell, panel.Title).ShouldBeTrue($"{panel.Title} covers {taken[cell]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_UseOnlyVariablesThatAreThere(string name)
    {
        var dashboard = Dashboard(name);
        var texts = dashboard.Panels.SelectMany(
            panel => panel.Queries.SelectMany(query => new[] { query.Expression, query.Legend }).Concat(panel.Titles).Concat(panel.Links))
            .Concat(dashboard.Links).Concat(dashboard.AnnotationQueries)
                .Concat(dashboard.Variables.Where(variable => variable.Type == "query").Select(variable => variable.Query));

        texts.SelectMany(DashboardSelection.NamesIn)
            .Where(used => !used.StartsWith("__", StringComparison.Ordinal) && dashboard.Variable(used) is null).ShouldBeEmpty();
        dashboard.Panels.Select(panel => panel.Repeat).OfType<string>().Where(used => dashboard.Variable(used) is null).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Links_LeadToWhatThereIs(string name)
    {
        var dashboard = Dashboard(name);
        foreach (var link in dashboard.Links.Concat(dashboard.Panels.SelectMany(panel => panel.Links)))
        {
            if (RunbookLink().Match(link) is { Success: true } runbook)
            {
                File.Exists(Repository.PathOf($"docs/runbooks/{runbook.Groups["page"].Value}")).ShouldBeTrue(link);
            }
            else
            {
                var other = DashboardLink().Match(link);
                other.Success.ShouldBeTrue(link);
                var target = DashboardFile.All.FirstOrDefault(one => one.Uid == other.Groups["uid"].Value).ShouldNotBeNull(link);
                other.Groups["slug"].Value.ShouldBe(target.ToString());
                VariableInLink().Matches(link).Select(match => match.Groups["name"].Value)
                    .Where(variable => target.Variable(variable) is null).ShouldBeEmpty(link);
            }
        }
    }

    [Fact]
    public void Runbooks_AreWhereAlertsSayTheyAre()
    {
        var places = Directory.GetFiles(Repository.PathOf("deploy/prometheus/rules"))
            .SelectMany(file => RunbookUrl().Matches(File.ReadAllText(file))).Select(match => match.Groups["place"].Value)
                .Distinct(StringComparer.Ordinal);

        DashboardFile.All.Select(dashboard => dashboard.Variable("runbooks")!.Query).Distinct(StringComparer.Ordinal).ShouldBe(places);
    }

    private static DashboardFile Dashboard(string name) => DashboardFile.All.Single(dashboard => dashboard.ToString() == name);

    private static Task<(int ExitCode, string Output)> CheckAsync(IEnumerable<string> files)
    {
        // The check finds it by the same variable; without it the test is skipped.
        _ = TestEnvironment.DashboardTypes;
        return ChildProcess.RunAsync("node", files.Prepend(Repository.PathOf("tests/dashboards/check.js")));
    }

    [GeneratedRegex(@"^/d/(?<uid>[\w-]+)/(?<slug>[\w-]+)(?:\?.*)?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DashboardLink();

    [GeneratedRegex(@"\$\{(?<name>\w+):queryparam\}|[?&]var-(?<name>\w+)=", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableInLink();

    [GeneratedRegex(@"^\$\{runbooks\}/(?<page>[\w-]+\.md)$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RunbookLink();

    [GeneratedRegex(@"runbook_url: (?<place>\S+)/\w+\.md", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RunbookUrl();
}
