namespace HealthAgent.Checks;

/// <summary>What a preset is made of: another kind, asked at a path of its own.</summary>
/// <param name="Kind">The kind that runs its checks.</param>
/// <param name="Path">What is appended to a URL without a path, without a slash at its beginning; empty for nothing.</param>
internal sealed record Preset(CheckKind Kind, string Path);
