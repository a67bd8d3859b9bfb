
namespace HealthAgent.Settings;

/// <summary>What may be written for a setting, in terms of JSON Schema, which has YAML's plain scalars as numbers and booleans.</summary>
/// <param name="Name">What it is called in the documentation, such as <c>duration</c>.</param>
/// <param name="Types">The types of JSON.</param>
internal sealed record SettingShape(string Name, params IReadOnlyList<string> Types)
{
    private const string Number = @"([0-9]+\.?[0-9]*|\.[0-9]+)";

    /// <summary>Any single value, as text.</summary>
    public static readonly SettingShape Text = new("text", "string", "number", "boolean");

    /// <summary>A text that is shown nowhere.</summary>
    public static readonly SettingShape Secret = Text with { Name = "secret", IsSecret = true };

    /// <summary>A duration.</summary>
    public static readonly SettingShape Duration =
        new("duration", "string", "integer") { Pattern = $@"^\s*(0|({Number}(ms|s|m|h|d))+)\s*$", Most = 0 };

    /// <summary>A size; a bare number is bytes.</summary>
    public static readonly SettingShape Size =
        new("size", "string", "number") { Pattern = $@"^\s*{Number}\s*([KkMmGgTt][Ii]?[Bb]|[Bb])?\s*$", Least = 0 };

    /// <summary>A share of all.</summary>
    public static readonly SettingShape Share = new("percentage", "string") { Pattern = $"^{Number}%$" };

    /// <summary>A boolean.</summary>
    public static readonly SettingShape Boolean = new("boolean", "boolean", "string") { Pattern = "^(true|True|TRUE|false|False|FALSE)$" };

    /// <summary>A list of texts, or one.</summary>
    public static readonly SettingShape Texts = new("list", "array", "string", "number", "boolean") { Items = Text };

    /// <summary>A list of conditions, or one: none of them is a number or a boolean.</summary>
    public static readonly SettingShape Conditions = new("conditions", "array", "string")
    {
        Items = new("condition", "string"), Captured = CapturedForms.Condition,
    };

    /// <summary>Texts under free names.</summary>
    public static readonly SettingShape Map = new("mapping", "object") { Values = Text };

    /// <summary>What a text must match, unless it contains a reference to be substituted.</summary>
    public string? Pattern { get; init; }

    /// <summary>The least number.</summary>
    public double? Least { get; init; }

    /// <summary>The greatest number.</summary>
    public double? Most { get; init; }

    /// <summary>The words of which it is one.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The settings of a mapping, where they are declared.</summary>
    public IReadOnlyList<Setting>? Settings { get; init; }

    /// <summary>What the items of a list are.</summary>
    public SettingShape? Items { get; init; }

    /// <summary>What the values of a mapping with free names are.</summary>
    public SettingShape? Values { get; init; }

    /// <summary>How values that steps of a scenario captured are put into its text; null where they cannot stand in it.</summary>
    public CapturedForm? Captured { get; init; }

    /// <summary>Whether it is shown nowhere.</summary>
    public bool IsSecret { get; init; }

    /// <summary>A whole number within bounds.</summary>
    public static SettingShape Integer(int least, int most) =>
        new("integer", "integer", "string") { Pattern = "^[+-]?[0-9]+$", Least = least, Most = most };

    /// <summary>One of some words.</summary>
    public static SettingShape OneOf(IEnumerable<string> words) => new("word", "string") { Words = [.. words] };

    /// <summary>A text that matches an expression.</summary>
    public static SettingShape Matching(string name, string pattern) => new(name, "string") { Pattern = pattern };

    /// <summary>A mapping with declared settings.</summary>
    public static SettingShape Mapping(IReadOnlyList<Setting> settings) => new("mapping", "object") { Settings = settings };

    /// <summary>This, or a mapping with declared settings in its place.</summary>
    public SettingShape OrMapping(IReadOnlyList<Setting> settings) =>
        this with { Name = $"{Name} or mapping", Types = [.. Types, "object"], Settings = settings };

    /// <summary>A list of what has one shape.</summary>
    public static SettingShape List(SettingShape items) => new("list", "array") { Items = items };
}
