using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>Dashboards and rules use only metrics and labels that a real agent, Prometheus or the rules produce.</summary>
[Collection(DashboardStage.Name)]
public sealed partial class VocabularyTests(DashboardStage stage)
{
    [Fact]
    public async Task Dashboards_SpeakOnlyOfWhatThereIs()
    {
        await stage.StartAsync();

        await ShouldBeKnownAsync(DashboardFile.All.SelectMany(dashboard =>
            dashboard.Panels.SelectMany(panel => panel.Queries).Select(query => query.Expression)
                .Concat(dashboard.AnnotationQueries)
                .Concat(dashboard.Variables.Where(variable => variable.Type == "query")
                    .Select(variable => LabelValues().Replace(variable.Query, "group by (${label}) (${series})")))
                .Select(expression => (dashboard.ToString(), expression))));
    }

    [Fact]
    public async Task Rules_SpeakOnlyOfWhatThereIs()
    {
        await stage.StartAsync();
        var rules = (await stage.AskAsync("rules")).GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        rules.ShouldNotBeEmpty();

        await ShouldBeKnownAsync(rules.SelectMany(rule =>
        {
            var (name, query) = (rule.GetProperty("name").GetString()!, rule.GetProperty("query").GetString()!);
            var annotations = rule.TryGetProperty("annotations", out var all)
                ? string.Join('\n', all.EnumerateObject().Select(one => one.Value.GetString()))
                : "";
            var labels = LabelInText().Matches(annotations).Select(match => match.Groups["label"].Value).Distinct(StringComparer.Ordinal);
            return QueryInText().Matches(annotations)
                .Select(match => match.Groups["query"].Value.Replace("%q", "\"\"", StringComparison.Ordinal))
                .Append($"group by ({string.Join(", ", labels)}) ({query})")
                .Select(expression => (name, expression));
        }));
    }

    /// <summary>Polls, since not everything exists from the start.</summary>
    private Task ShouldBeKnownAsync(IEnumerable<(string Where, string Expression)> uses) => Eventually.TrueAsync(
        async () =>
        {
            var known = await KnownAsync();
            var unknown = uses.SelectMany(use => Unknown(PromQl.Parse(use.Expression), known).Select(name => $"{use.Where}: {name}"));
            return string.Join('\n', unknown.Distinct(StringComparer.Ordinal));
        },
        unknown => unknown.Length == 0,
        "all names are known");

    private static IEnumerable<string> Unknown(PromQl expression, Dictionary<string, HashSet<string>> known)
    {
        var metrics = expression.Metrics.Where(known.ContainsKey).ToList();
        var labels = metrics.SelectMany(metric => known[metric]).Concat(expression.MadeLabels).ToHashSet(StringComparer.Ordinal);
        return expression.Metrics.Except(metrics, StringComparer.Ordinal)
            .Concat(expression.Labels.Where(use => use.Metric is null && !labels.Contains(use.Label)).Select(use => use.Label))
            .Concat(expression.Labels.Where(
                use => use.Metric is { } metric && known.TryGetValue(metric, out var its) && !its.Contains(use.Label))
                .Select(use => $"{use.Metric}{{{use.Label}}}"));
    }

    /// <summary>All metrics in Prometheus, with their labels.</summary>
    private async Task<Dictionary<string, HashSet<string>>> KnownAsync()
    {
        Dictionary<string, HashSet<string>> known = new(StringComparer.Ordinal);
        foreach (var series in (await stage.AskAsync("series", ("match[]", "{__name__!=\"\"}"))).EnumerateArray())
        {
            var name = series.GetProperty("__name__").GetString()!;
            if (!known.TryGetValue(name, out var labels))
            {
                known.Add(name, labels = new HashSet<string>(StringComparer.Ordinal));
            }

            labels.UnionWith(series.EnumerateObject().Select(label => label.Name));
        }

        return known;
    }

    [GeneratedRegex(@"^label_values\((?<series>.+), (?<label>\w+)\)$", RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\$labels\.(?<label>\w+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelInText();

    [GeneratedRegex(@"""(?<query>[^""]+)""[^|}]*\| query", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueryInText();
}
