using HealthAgent.Yaml;

namespace HealthAgent.Settings;

/// <summary>A text with its place, for errors found later.</summary>
internal readonly record struct LocatedText(Location Where, string Text)
{
    /// <summary>The last captured value in the text; without a value where it has none.</summary>
    public CapturedPart Captured { get; init; }
}
