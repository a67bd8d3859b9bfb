using System.Text;
using System.Text.RegularExpressions;

namespace HealthAgent.Configuration;

/// <summary>
/// Puts in place of <c>${env:NAME}</c>, <c>${env:NAME:-default}</c> and <c>${file:/path}</c> what they name.
/// It works on values after YAML was read, so that what is put in can never change the file's structure.
/// </summary>
internal sealed partial class Substitution(Func<string, string?> environment, FilesRead files)
{
    private const int LargestFile = 1024 * 1024;

    /// <summary>
    /// The value with everything put in place; null, with an error, when something named is not there. What came from files is
    /// also told to <paramref name="fromFile"/>: secrets come that way.
    /// </summary>
    public string? Apply(string value, out string? error, Action<string>? fromFile = null)
    {
        error = null;
        if (!value.Contains("${", StringComparison.Ordinal))
        {
            return value;
        }

        var result = new StringBuilder(value.Length);
        var position = 0;
        foreach (Match match in Reference().Matches(value))
        {
            var replacement = Resolve(match, out error);
            if (error is not null)
            {
                return null;
            }

            if (match.Groups["source"].Value == "file")
            {
                fromFile?.Invoke(replacement);
            }

            result.Append(value, position, match.Index - position).Append(replacement);
            position = match.Index + match.Length;
        }

        return result.Append(value, position, value.Length - position).ToString();
    }

    private string Resolve(Match match, out string? error)
    {
        error = null;
        if (match.Value == "$${")
        {
            return "${";
        }

        if (match.Value[^1] != '}')
        {
            error = "'${' is not closed by '}'; a literal ${ is written $${";
            return "";
        }

        var name = match.Groups["name"].Value;
        switch (match.Groups["source"].Value)
        {
            case "env" when environment(name) is { Length: > 0 } value:
                return value;
            case "env" when match.Groups["default"].Success:
                return match.Groups["default"].Value;
            case "env":
                error = $"the environment variable '{name}' is not set; set it, or write ${{env:{name}:-default}}";
                return "";
            case "file":
                return ReadFile(name, out error);
            default:
                error = $"'{match.Value}' is neither ${{env:NAME}} nor ${{file:/path}}; a literal ${{ is written $${{";
                return "";
        }
    }

    private string ReadFile(string path, out string? error)
    {
        var file = files.Read(path, LargestFile);
        error = file.Error is null ? null : $"the file '{path}' {file.Error}";
        return file.Text?.TrimEnd('\r', '\n') ?? "";
    }

    // $${ is a literal ${; anything else in ${…} must be a known source, and be closed.
    [GeneratedRegex(@"\$\$\{|\$\{(?:(?<source>env):(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<default>[^}]*))?|(?<source>file):(?<name>[^}]+)|[^}]*)\}|\$\{[^}]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
