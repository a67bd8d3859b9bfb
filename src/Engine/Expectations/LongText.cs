namespace HealthAgent.Expectations;

/// <summary>
/// A text that may have megabytes, in memory that the run gives back: conditions look at it where it is, and only its beginning becomes
/// a <see cref="string"/>.
/// </summary>
/// <param name="text">The text; read only until the run was judged.</param>
internal sealed class LongText(ReadOnlyMemory<char> text)
{
    /// <summary>How many UTF-16 units of a text are looked at to show its beginning without secrets.</summary>
    public const int MostShown = 16 * 1024;

    /// <summary>The whole text.</summary>
    public ReadOnlySpan<char> Span => text.Span;

    /// <summary>Its beginning: one unit more than <see cref="MostShown"/>, which shows that it was cut.</summary>
    public override string ToString() => new(text.Span[..Math.Min(text.Length, MostShown + 1)]);
}
