namespace HealthAgent.Expectations;

/// <summary>A part of a JSON text that a condition uses.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsLength">Whether only the number of items or members is used.</param>
internal sealed record JsonUse(JsonPath Path, bool IsLength = false);

/// <summary>A position within the path of a use.</summary>
/// <param name="Use">The use.</param>
/// <param name="Depth">How many segments have been matched.</param>
internal readonly record struct JsonCursor(JsonUse Use, int Depth)
{
    /// <summary>Whether the whole path has been matched.</summary>
    public bool IsAtEnd => Depth == Use.Path.Segments.Count;

    /// <summary>The next segment, a name or an index; null at the end.</summary>
    public object? Segment => IsAtEnd ? null : Use.Path.Segments[Depth];

    /// <summary>The cursor one segment further.</summary>
    public JsonCursor Next => new(Use, Depth + 1);
}
