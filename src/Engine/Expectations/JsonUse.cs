namespace HealthAgent.Expectations;

/// <summary>What a condition looks at in a JSON text.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsLength">Whether only the number of items or members there matters.</param>
internal sealed record JsonUse(JsonPath Path, bool IsLength = false);

/// <summary>How far into its path a use is.</summary>
/// <param name="Use">The use.</param>
/// <param name="Depth">How many segments of its path lie above.</param>
internal readonly record struct JsonCursor(JsonUse Use, int Depth)
{
    /// <summary>Whether the value here is what the path leads to.</summary>
    public bool IsAtEnd => Depth == Use.Path.Segments.Count;

    /// <summary>The next segment: a name, or an index; null at the end.</summary>
    public object? Segment => IsAtEnd ? null : Use.Path.Segments[Depth];

    /// <summary>The same, one segment further.</summary>
    public JsonCursor Next => new(Use, Depth + 1);
}
