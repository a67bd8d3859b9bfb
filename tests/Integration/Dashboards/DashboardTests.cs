using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>Every query of every dashboard on a real Prometheus that scrapes a real agent; each must return series.</summary>
[Collection(DashboardStage.Name)]
public sealed partial class DashboardTests(DashboardStage stage)
{
    // The others show one check, or the checks of one kind.
    public static TheoryData<string> NamesOfMany =>
        [.. DashboardFile.All.Where(dashboard => dashboard.Variable("top") is not null).Select(dashboard => dashboard.ToString())];

    public static TheoryData<string, bool> NamesAndChoices =>
        [.. DashboardFile.All.SelectMany(dashboard => new[] { (dashboard.ToString(), true), (dashboard.ToString(), false) })];

    [Theory]
    [MemberData(nameof(NamesAndChoices))]
    public async Task Queries_OfEveryPanel_AreAnswered(string name, bool all)
    {
        var dashboard = await OnStageAsync(name);
        var selections = await DashboardSelection.AllAsync(dashboard, stage, all);

        Dictionary<DashboardQuery, IReadOnlyList<IReadOnlyDictionary<string, string>>> answers = [];
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var query in dashboard.Panels.SelectMany(panel => panel.Queries).Where(query => !answers.ContainsKey(query)))
                {
                    if (await AnswersAsync(query, selections) is { Count: > 0 } series
                        && LabelsOfLegend(query).All(label => series.Any(one => one.ContainsKey(label))))
                    {
                        answers.Add(query, series);
                    }
                }

                return string.Join('\n', dashboard.Panels.SelectMany(panel => panel.Queries.Where(query => !answers.ContainsKey(query))
                    .Select(query => $"{panel.Title}: {query.RefId}: {query.Expression}")));
            },
            unanswered => unanswered.Length == 0,
            $"every query of {dashboard} is answered, with the labels of its legend");
        foreach (var panel in dashboard.Panels)
        {
            ShouldNameWhatIsThere($"{dashboard}: {panel.Title}", panel, answers);
        }

        foreach (var query in dashboard.AnnotationQueries)
        {
            (await stage.SeriesAsync(selections[0].Replace(query), instant: false)).ShouldNotBeEmpty($"{dashboard}: {query}");
        }
    }

    [Fact]
    public async Task Selection_OfAllGroups_HasTheChecksWithoutAGroup()
    {
        var dashboard = await OnStageAsync("overview");
        var panel = dashboard.Panels.Single(panel => panel.Title == "Checks over time");
        var selection = (await DashboardSelection.AllAsync(dashboard, stage, all: true)).Single().With("top", "100");

        await Eventually.TrueAsync(
            () => AnswersAsync(panel.Queries.Single(), [selection]),
            series => series.Any(one => one["health_check_name"] == "ungrouped"),
            "a check without a group is shown");
    }

    [Fact]
    public async Task Exemplars_OfDurations_LeadToTheRunsTrace()
    {
        var dashboard = await OnStageAsync("check");
        var selections = await DashboardSelection.AllAsync(dashboard, stage, all: true);
        var query = dashboard.Panels.SelectMany(panel => panel.Queries).First(query => query.ShowsExemplars);

        await Eventually.TrueAsync(
            () => stage.ExemplarLabelsAsync(selections[0].Replace(query.Expression)),
            labels => labels.Contains("trace_id"),
            "a run has an exemplar with its trace");
    }

    [Theory]
    [MemberData(nameof(NamesOfMany))]
    public async Task Panels_OfManyChecks_DrawNoMoreThanAskedFor(string name)
    {
        const int Top = 3;
        var dashboard = await OnStageAsync(name);
        var selection = (await DashboardSelection.AllAsync(dashboard, stage, all: true)).Single().With("top", $"{Top}");

        foreach (var panel in dashboard.Panels.Where(panel => panel.Type != "table"))
        {
            foreach (var query in panel.Queries)
            {
                var series = await stage.SeriesAsync(selection.Replace(query.Expression), query.IsInstant);
                series.Count(one => one.ContainsKey("health_check_name")).ShouldBeLessThanOrEqualTo(Top, $"{dashboard}: {panel.Title}");
            }
        }
    }

    /// <summary>A dashboard, when all that it shows is on the stage.</summary>
    private async Task<DashboardFile> OnStageAsync(string name)
    {
        if (name == "dagu")
        {
            // Skips where there is none.
            _ = TestEnvironment.Dagu;
        }

        await stage.StartAsync();
        return DashboardFile.All.Single(dashboard => dashboard.ToString() == name);
    }

    /// <summary>The results for any of the selections: not every check has a certificate.</summary>
    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> AnswersAsync(
        DashboardQuery query, IEnumerable<DashboardSelection> selections)
    {
        List<IReadOnlyDictionary<string, string>> series = [];
        foreach (var asked in selections.Select(selection => selection.Replace(query.Expression)).Distinct(StringComparer.Ordinal))
        {
            series.AddRange(await stage.SeriesAsync(asked, query.IsInstant));
        }

        return series;
    }

    /// <summary>Overrides, columns and links of a panel refer to fields of its queries.</summary>
    private static void ShouldNameWhatIsThere(
        string what, DashboardPanel panel, IReadOnlyDictionary<DashboardQuery, IReadOnlyList<IReadOnlyDictionary<string, string>>> answers)
    {
        var (renamed, leftOut) = panel.Columns;
        var labels = panel.Queries.SelectMany(query => answers[query]).SelectMany(series => series.Keys).ToHashSet(StringComparer.Ordinal);
        if (panel.Type == "table")
        {
            var values = panel.Queries.Count == 1 ? ["Value"] : panel.Queries.Select(query => $"Value #{query.RefId}");
            ShouldBeAmong(renamed.Keys, [.. labels, .. values], $"{what}: it has columns that no query answers");
            ShouldBeAmong(labels, [.. renamed.Keys, .. leftOut], $"{what}: a query answers columns that have no name");
        }

        var names = panel.Type == "table"
            ? renamed.Values
            : panel.Queries.SelectMany(query => answers[query].Select(series => Legend(query, series)));
        ShouldBeAmong(panel.Overridden, names, $"{what}: it has overrides of what is not there");
        var used = panel.Links.Concat(panel.Titles).SelectMany(text => FieldUse().Matches(text))
            .Select(match => match.Groups["label"].Value);
        ShouldBeAmong(used, labels.Except(leftOut, StringComparer.Ordinal), $"{what}: its links use labels that are not there");
    }

    private static void ShouldBeAmong(IEnumerable<string> used, IEnumerable<string> there, string what) =>
        used.Except(there, StringComparer.Ordinal).ShouldBeEmpty(what);

    private static IEnumerable<string> LabelsOfLegend(DashboardQuery query) =>
        LegendLabel().Matches(query.Legend).Select(match => match.Groups["label"].Value);

    private static string Legend(DashboardQuery query, IReadOnlyDictionary<string, string> series) =>
        LegendLabel().Replace(query.Legend, match => series.GetValueOrDefault(match.Groups["label"].Value, ""));

    [GeneratedRegex(@"\{\{\s*(?<label>\w+)\s*\}\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LegendLabel();

    [GeneratedRegex(@"__(?:field\.labels|data\.fields)\.(?<label>\w+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FieldUse();
}
