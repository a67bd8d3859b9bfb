using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>The parts of a dashboard file that tests use.</summary>
internal sealed class DashboardFile
{
    private DashboardFile(string file)
    {
        File = file;
        Json = JsonDocument.Parse(System.IO.File.ReadAllText(file)).RootElement;
        Panels = [.. Json.GetProperty("panels").EnumerateArray().SelectMany(WithThoseOfRow).Select(panel => new DashboardPanel(panel))];
        Variables = [.. Json.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(variable => new DashboardVariable(variable))];
    }

    public static IReadOnlyList<DashboardFile> All { get; } =
        [.. Directory.GetFiles(Repository.PathOf("dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => new DashboardFile(file))];

    public string File { get; }

    public JsonElement Json { get; }

    public IReadOnlyList<DashboardPanel> Panels { get; }

    public IReadOnlyList<DashboardVariable> Variables { get; }

    public string Uid => Json.GetProperty("uid").GetString()!;

    /// <summary>The links at its top.</summary>
    public IEnumerable<string> Links => Json.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("url").GetString()!);

    /// <summary>Queries outside panels: those of annotations.</summary>
    public IEnumerable<string> AnnotationQueries => Json.GetProperty("annotations").GetProperty("list").EnumerateArray()
        .Where(annotation => annotation.TryGetProperty("expr", out _)).Select(annotation => annotation.GetProperty("expr").GetString()!);

    public DashboardVariable? Variable(string name) => Variables.FirstOrDefault(variable => variable.Name == name);

    public override string ToString() => Path.GetFileNameWithoutExtension(File);

    private static IEnumerable<JsonElement> WithThoseOfRow(JsonElement panel) =>
        panel.TryGetProperty("panels", out var panels) ? panels.EnumerateArray().Prepend(panel) : [panel];
}

/// <summary>A panel or a row.</summary>
internal sealed class DashboardPanel(JsonElement json)
{
    public JsonElement Json => json;

    public int Id => json.GetProperty("id").GetInt32();

    public string Type => json.GetProperty("type").GetString()!;

    public string Title => json.GetProperty("title").GetString()!;

    /// <summary>The variable it is repeated for.</summary>
    public string? Repeat => json.TryGetProperty("repeat", out var repeat) ? repeat.GetString() : null;

    public IReadOnlyList<DashboardQuery> Queries { get; } = json.TryGetProperty("targets", out var targets)
        ? [.. targets.EnumerateArray().Select(target => new DashboardQuery(target))]
        : [];

    /// <summary>Link targets of the panel and its fields.</summary>
    public IEnumerable<string> Links => Texts("url");

    /// <summary>Titles of the panel and its links.</summary>
    public IEnumerable<string> Titles => Texts("title");

    /// <summary>Field names matched by its overrides.</summary>
    public IEnumerable<string> Overridden => Overrides.Where(matcher => matcher.GetProperty("id").GetString() == "byName")
        .Select(matcher => matcher.GetProperty("options").GetString()!);

    /// <summary>A table's column names by field, and the excluded fields.</summary>
    public (IReadOnlyDictionary<string, string> Renamed, IReadOnlySet<string> LeftOut) Columns =>
        json.TryGetProperty("transformations", out var all)
            && all.EnumerateArray()
            .FirstOrDefault(one => one.GetProperty("id").GetString() == "organize") is { ValueKind: JsonValueKind.Object } one
            ? (one.GetProperty("options").GetProperty("indexByName").EnumerateObject().ToDictionary(
                   column => column.Name,
                   column => one.GetProperty("options").GetProperty("renameByName").TryGetProperty(column.Name, out var name)
                       ? name.GetString()!
                       : column.Name,
                   StringComparer.Ordinal),
               one.GetProperty("options").GetProperty("excludeByName").EnumerateObject().Select(column => column.Name)
                   .ToHashSet(StringComparer.Ordinal))
            : (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));

    private IEnumerable<JsonElement> Overrides => json.TryGetProperty("fieldConfig", out var fields)
        ? fields.GetProperty("overrides").EnumerateArray().Select(one => one.GetProperty("matcher"))
        : [];

    private IEnumerable<string> Texts(string name) =>
        Properties(json).Where(property => property.Name == name).Select(property => property.Value.GetString()!);

    private static IEnumerable<JsonProperty> Properties(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Properties(property.Value).Prepend(property)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Properties),
        _ => [],
    };
}

/// <summary>A query of a panel.</summary>
internal sealed class DashboardQuery(JsonElement json)
{
    public string RefId => json.GetProperty("refId").GetString()!;

    public string Expression => json.GetProperty("expr").GetString()!;

    public string Legend => json.TryGetProperty("legendFormat", out var legend) ? legend.GetString()! : "";

    public bool ShowsExemplars => json.TryGetProperty("exemplar", out var exemplar) && exemplar.GetBoolean();

    public bool IsInstant => json.TryGetProperty("instant", out var instant) && instant.GetBoolean();
}

/// <summary>A variable of a dashboard.</summary>
internal sealed class DashboardVariable(JsonElement json)
{
    public string Name => json.GetProperty("name").GetString()!;

    public string Type => json.GetProperty("type").GetString()!;

    public bool IsMulti => json.TryGetProperty("multi", out var multi) && multi.GetBoolean();

    /// <summary>The value for All; null if All is every value.</summary>
    public string? AllValue => json.TryGetProperty("allValue", out var all) ? all.GetString() : null;

    /// <summary>The query of a query variable, or the text of another.</summary>
    public string Query =>
        json.GetProperty("query") is { ValueKind: JsonValueKind.Object } query
            ? query.GetProperty("query").GetString()!
            : json.GetProperty("query").GetString()!;
}
