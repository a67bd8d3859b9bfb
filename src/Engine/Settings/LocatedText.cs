using HealthAgent.Yaml;

namespace HealthAgent.Settings;

/// <summary>A text with its place, for errors found later.</summary>
internal readonly record struct LocatedText(Location Where, string Text);
