












namespace HealthAgent.Expectations;

/// <summary>A value that a kind observes. Its type decides which operators and literals apply.</summary>
/// <param name="Name">The name in conditions, results and <c>health_check.value</c>.</param>
/// <param name="Type">The type, which the check's data must have.</param>
/// <param name="Description">One line for documentation.</param>
public sealed record ObservedValue(string Name, ObservedType Type, string Description)
{
    /// <summary>The <c>error.type</c> when an expectation on this value is missed.</summary>
    public ErrorType Miss { get; init; } = ErrorType.Expectation;

    /// <summary>Whether the value is the duration of a phase.</summary>
    public bool IsPhase { get; init; }

    /// <summary>
    /// The observed text that says what is wrong when a condition on this value applies; the reason begins with it, and it is shown
    /// nowhere else. Null if the value speaks for itself.
    /// </summary>
    internal string? ExplainedBy { get; init; }

    /// <summary>Whether it takes an argument in conditions: <c>json $.path</c>, <c>header Name</c>.</summary>
    internal bool TakesArgument => Type is ObservedType.Json or ObservedType.Header;
}

/// <summary>The types of observed values, and what carries each in a check's data.</summary>
public enum ObservedType
{
    /// <summary>Any number.</summary>
    Number,

    /// <summary>A percentage, written <c>80%</c> or <c>80</c>.</summary>
    Percent,

    /// <summary>A <see cref="TimeSpan"/>, written <c>300ms</c>.</summary>
    Duration,

    /// <summary>A number of bytes, written <c>10MiB</c>.</summary>
    Size,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A <see cref="DateTimeOffset"/>, which conditions do not speak of.</summary>
    Time,

    /// <summary>A dictionary of lists of strings, asked by name: a header may be sent several times.</summary>
    Header,

    /// <summary>A <see cref="System.Text.Json.JsonElement"/>, read by path; the value found decides the comparison.</summary>
    Json,
}

/// <summary>What each type allows.</summary>
internal static class ObservedTypes
{
    /// <summary>Whether it is a number of any unit.</summary>
    public static bool IsNumeric(this ObservedType type) =>
        type is ObservedType.Number or ObservedType.Percent or ObservedType.Duration or ObservedType.Size;

    /// <summary>Whether text operators apply.</summary>
    public static bool IsTextual(this ObservedType type) => type is ObservedType.Text or ObservedType.Header or ObservedType.Json;

    /// <summary>Whether it can be ordered: JSON and headers may carry numbers.</summary>
    public static bool IsOrdered(this ObservedType type) => type.IsNumeric() || type is ObservedType.Header or ObservedType.Json;

    /// <summary>
    /// Whether two values can be compared. JSON and headers carry no units, so they never equal durations or percentages.
    /// </summary>
    public static bool Fits(this ObservedType left, ObservedType right) =>
        (left == right && left != ObservedType.Text)
        || (left == ObservedType.Header && right == ObservedType.Number)
        || (left == ObservedType.Json && right is not (ObservedType.Duration or ObservedType.Percent))
        || (right == ObservedType.Json && left is not (ObservedType.Duration or ObservedType.Percent));

    /// <summary>Description for messages.</summary>
    public static string Described(this ObservedType type) => type switch
    {
        ObservedType.Number => "a number",
        ObservedType.Percent => "a percentage, such as 80%",
        ObservedType.Duration => "a duration, such as 300ms",
        ObservedType.Size => "a size, such as 10MiB",
        ObservedType.Boolean => "true or false",
        _ => "text",
    };
}
