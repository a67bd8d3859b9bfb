
namespace HealthAgent.Expectations;

/// <summary>What a kind observes under one name: its type decides which operators and literals fit.</summary>
/// <param name="Name">The name in conditions, evidence and <c>health_check.value</c>.</param>
/// <param name="Type">The type, which the check's data must carry.</param>
/// <param name="Description">One line for documentation.</param>
internal sealed record ObservedValue(string Name, ObservedType Type, string Description)
{
    /// <summary>The <c>error.type</c> of a miss on this value.</summary>
    public ErrorType Miss { get; init; } = ErrorType.Expectation;

    /// <summary>Whether the value is the length of one phase of a run.</summary>
    public bool IsPhase { get; init; }

    /// <summary>Whether it is followed by an argument in conditions: <c>json $.path</c>, <c>header Name</c>.</summary>
    public bool TakesArgument => Type is ObservedType.Json or ObservedType.Header;
}

/// <summary>The types of observed values, each with what carries it in a check's data.</summary>
internal enum ObservedType
{
    /// <summary>Any number.</summary>
    Number,

    /// <summary>A number of hundredths, written <c>80%</c> or <c>80</c>.</summary>
    Percent,

    /// <summary>A <see cref="TimeSpan"/>, written <c>300ms</c>.</summary>
    Duration,

    /// <summary>A number of bytes, written <c>10MiB</c>.</summary>
    Size,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A dictionary of strings, asked by name.</summary>
    Header,

    /// <summary>A <see cref="System.Text.Json.JsonElement"/>, asked by path; what is found decides the comparison.</summary>
    Json,
}
