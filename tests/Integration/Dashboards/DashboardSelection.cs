using System.Text.RegularExpressions;

namespace HealthAgent.Integration.Dashboards;

/// <summary>Values of a dashboard's variables, substituted as in Grafana.</summary>
internal sealed partial class DashboardSelection
{
    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.Ordinal)
    {
        ["__interval"] = "2s",
        ["__rate_interval"] = "10s",
        ["__range"] = "2m",
        ["datasource"] = "prometheus",
    };

    private readonly Dictionary<string, string> _values;

    private DashboardSelection(Dictionary<string, string> values) => _values = values;

    /// <summary>
    /// Queries the values of every variable in order, as later ones may use earlier ones. Multi-value variables select all values; each
    /// value of a single-value or repeated variable makes its own selection.
    /// </summary>
    public static async Task<IReadOnlyList<DashboardSelection>> AllAsync(DashboardFile dashboard, DashboardStage stage, bool all)
    {
        List<DashboardSelection> selections = [new(new(BuiltIn, StringComparer.Ordinal))];
        var repeated = dashboard.Panels.Select(panel => panel.Repeat).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var variable in dashboard.Variables.Where(variable => variable.Type != "datasource"))
        {
            List<DashboardSelection> more = [];
            foreach (var selection in selections)
            {
                IReadOnlyList<string> values = variable.Type == "query"
                    ? await ValuesAsync(selection.Replace(variable.Query), stage)
                    : [variable.Query.Split(',')[0]];
                // Not every selection has values: a check that observes no number has no panel for one, and all others.
                IEnumerable<string> chosen = repeated.Contains(variable.Name) ? values.DefaultIfEmpty("")
                    : values.Count == 0 || !variable.IsMulti ? values
                    : [all && variable.AllValue is { } allValue ? allValue : $"({string.Join('|', values.Select(Escaped))})"];
                more.AddRange(chosen.Select(value => selection.With(variable.Name, value)));
            }

            more.ShouldNotBeEmpty($"{dashboard}: {variable.Name} has no values");
            selections = more;
        }

        return selections;
    }

    /// <summary>A text with all variables substituted; an unknown variable fails the test.</summary>
    public string Replace(string text) =>
        Variable().Replace(text, match => match.Groups["name"].Value is var name && _values.TryGetValue(name, out var value)
        ? value
        : throw new InvalidOperationException($"no variable {match.Value}, in: {text}"));

    /// <summary>The names of variables in a text.</summary>
    public static IEnumerable<string> NamesIn(string text) => Variable().Matches(text).Select(match => match.Groups["name"].Value);

    public static bool IsBuiltIn(string name) => BuiltIn.ContainsKey(name);

    public DashboardSelection With(string name, string value) => new(new(_values, StringComparer.Ordinal) { [name] = value });

    /// <summary>The result of <c>label_values(SERIES, LABEL)</c>.</summary>
    private static async Task<IReadOnlyList<string>> ValuesAsync(string query, DashboardStage stage)
    {
        var parts = LabelValues().Match(query);
        parts.Success.ShouldBeTrue($"only label_values(SERIES, LABEL) is supported: {query}");
        var values = await stage.AskAsync($"label/{parts.Groups["label"].Value}/values", ("match[]", parts.Groups["series"].Value));
        return [.. values.EnumerateArray().Select(value => value.GetString()!)];
    }

    private static string Escaped(string value) => Regex.Escape(value).Replace(@"\", @"\\", StringComparison.Ordinal);

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)(?::\w+)?\}|(?<name>\w+))", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^label_values\((?<series>.+), (?<label>\w+)\)$", RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValues();
}
