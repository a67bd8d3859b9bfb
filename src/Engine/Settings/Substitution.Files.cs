namespace HealthAgent.Settings;

// Files that values name.
internal sealed partial class Substitution
{
    private const int LargestFile = 1024 * 1024;

    /// <summary>The text of a file without line breaks at its end; empty, with an error, where it cannot be read.</summary>
    internal string ReadFile(string name, out string? error)
    {
        var path = FileOf(name);
        var file = files.Read(path, LargestFile);
        error = file.Error is null ? null
            : file.BadByte is { } at ? $"the file '{path}' {file.Error} (line {at.Line}, column {at.Column})"
            : $"the file '{path}' {file.Error}";
        return file.Text?.TrimEnd('\r', '\n') ?? "";
    }
}
