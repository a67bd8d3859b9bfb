using System.Globalization;

namespace HealthAgent.Expectations;

/// <summary>A value that a step captured from what it observed.</summary>
/// <param name="Text">The value as text: digits for numbers, in milliseconds for durations and bytes for sizes; <c>true</c> or
/// <c>false</c>.</param>
/// <param name="Type">Text, boolean or one of the numeric types.</param>
internal readonly record struct CapturedValue(string Text, ObservedType Type)
{
    /// <summary>How many UTF-16 units a captured text may have.</summary>
    public const int Longest = 8 * 1024;

    /// <summary>
    /// Whether it stands for what will be captured, while a configuration is read; with the type JSON, for a value of any type.
    /// </summary>
    public bool IsSample { get; init; }

    /// <summary>The number; null for a text and a boolean.</summary>
    public double? Number => Type.IsNumeric() ? double.Parse(Text, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether it is a number or a boolean, which is written the same way in every format.</summary>
    public bool IsScalar => Type != ObservedType.Text;

    /// <summary>Whether it holds a character that a line cannot have: CR, LF, NUL and all other control characters.</summary>
    public bool HasControls => Text.Any(char.IsControl);
}
