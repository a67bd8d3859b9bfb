using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

/// <summary>One observed value of each type, and conditions on them.</summary>
internal static class Values
{
    public static readonly IReadOnlyList<ObservedValue> All =
    [
        new("count", ObservedType.Number, ""), new("used", ObservedType.Percent, ""), new("latency", ObservedType.Duration, ""),
        new("size", ObservedType.Size, ""), new("body", ObservedType.Text, ""), new("ready", ObservedType.Boolean, ""),
        new("header", ObservedType.Header, ""), new("json", ObservedType.Json, ""),
    ];

    /// <summary>Parses a valid condition.</summary>
    public static Condition Condition(string text)
    {
        var condition = ConditionParser.Parse(text, All, out var error);
        error.ShouldBeNull();
        return condition.ShouldNotBeNull();
    }

    /// <summary>The error of an invalid condition.</summary>
    public static string Error(string text)
    {
        ConditionParser.Parse(text, All, out var error).ShouldBeNull();
        return error.ShouldNotBeNull();
    }

    /// <summary>Whether a valid condition holds.</summary>
    public static bool Holds(string text, Dictionary<string, object> observed) => Condition(text).Judge(observed) == Verdict.Holds;

    /// <summary>Headers as observed.</summary>
    public static Dictionary<string, object> Headers(params (string Name, string Value)[] headers) =>
        Observed("header", headers.GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key,
                IReadOnlyList<string> (group) => [.. group.Select(header => header.Value)], StringComparer.OrdinalIgnoreCase));

    /// <summary>One value as observed.</summary>
    public static Dictionary<string, object> Observed(string name, object value) => new(StringComparer.Ordinal) { [name] = value };

    /// <summary>A JSON body as observed.</summary>
    public static Dictionary<string, object> Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Observed("json", document.RootElement.Clone());
    }
}
