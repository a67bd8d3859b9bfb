using System.Text;
using System.Text.RegularExpressions;
using HealthAgent.Files;

namespace HealthAgent.Settings;

/// <summary>A text that replaces a reference.</summary>
/// <param name="Text">What the reference names.</param>
/// <param name="IsSecret">Whether it is a secret by where it comes from: a file, or a variable whose name says so.</param>
/// <param name="IsWhole">Whether the value is nothing but this reference.</param>
internal readonly record struct Replacement(string Text, bool IsSecret, bool IsWhole);

/// <summary>
/// Replaces <c>${env:NAME}</c>, <c>${env:NAME:-default}</c> and <c>${file:path}</c> by what they name. A default and a path may hold
/// references themselves. It works on values after YAML was read, so that what is inserted can never change the file's structure.
/// <c>${steps.STEP.NAME}</c> and <c>${run.NAME}</c> are found and left for later: who reads the setting knows what may be inserted there,
/// and how.
/// </summary>
/// <param name="environment">The environment variables.</param>
/// <param name="files">Where files are read.</param>
/// <param name="folder">The folder that relative paths start from: that of the file that names them; the working directory when
/// null.</param>
internal sealed partial class Substitution(Func<string, string?> environment, FilesRead files, string? folder = null)
{
    private const int DeepestNesting = 16;
    private const string NotClosed = "'${' is not closed by '}'; a literal ${ is written $${";

    /// <summary>
    /// The value with every reference replaced; null, with an error, when something that it names is not there. References to what steps
    /// captured stay, marked by a NUL, which no YAML holds.
    /// </summary>
    /// <param name="value">The value as written.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="each">Sees each replacement, and gives the text to insert.</param>
    public string? Apply(string value, out string? error, Func<Replacement, string>? each = null) =>
        Read(value, out error, each) is { } parts
            ? string.Concat(parts.Select(static part => part.Reference is null ? part.Text : $"\0{part.Text}"))
            : null;

    /// <summary>The value in parts: texts with every reference replaced, and between them what steps have to capture first.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="error">What is wrong; the parts are null then.</param>
    /// <param name="each">Sees each replacement, and gives the text to insert.</param>
    public IReadOnlyList<TextPart>? Read(string value, out string? error, Func<Replacement, string>? each = null)
    {
        if (!value.Contains("${", StringComparison.Ordinal))
        {
            error = null;
            return [new TextPart(value)];
        }

        var expansion = new Expansion(this, value, each ?? (static replacement => replacement.Text));
        var result = expansion.Run();
        error = expansion.Error;
        return error is null ? result : null;
    }

    /// <summary>The path of a written file: from the folder, and not normalized, since behind a link ".." may be elsewhere.</summary>
    public string FileOf(string written) => folder is null ? written : Path.Combine(folder, written);

    /// <summary>Reads one value from left to right.</summary>
    private sealed class Expansion(Substitution owner, string value, Func<Replacement, string> each)
    {
        private readonly List<TextPart> _parts = [];
        private int _position;

        public string? Error { get; private set; }

        public List<TextPart> Run()
        {
            var rest = Read(depth: 0, isWhole: true, isUsed: true);
            if (rest.Length > 0 || _parts.Count == 0)
            {
                _parts.Add(new TextPart(rest));
            }

            return _parts;
        }

        /// <summary>Reads to the end of the value, or within a reference to its closing brace.</summary>
        /// <param name="depth">How many references this is in.</param>
        /// <param name="isWhole">Whether all of the value up to here was the reference that this is in.</param>
        /// <param name="isUsed">Whether the text is needed: the default of a variable that is set reads no file.</param>
        private string Read(int depth, bool isWhole, bool isUsed)
        {
            var (text, start) = (new StringBuilder(), _position);
            while (Error is null && _position < value.Length && !(depth > 0 && value[_position] == '}'))
            {
                if (At("$${"))
                {
                    text.Append("${");
                    _position += "$${".Length;
                }
                else if (depth == 0 && StepReference.TryTake(value, ref _position) is { } reference)
                {
                    if (text.Length > 0)
                    {
                        _parts.Add(new TextPart(text.ToString()));
                        text.Clear();
                    }

                    _parts.Add(new TextPart(reference.ToString(), reference));
                }
                else if (At("${"))
                {
                    text.Append(ReadReference(depth, isWhole && _position == start, isUsed));
                }
                else
                {
                    text.Append(value[_position++]);
                }
            }

            return text.ToString();
        }

        private string ReadReference(int depth, bool isFirst, bool isUsed)
        {
            var (isFile, name) = (At("${file:"), EnvironmentName().Match(value, _position));
            if (MistakeIn(isFile, name, depth) is { } mistake)
            {
                return Fail(mistake);
            }

            _position += isFile ? "${file:".Length : name.Length;
            var variable = name.Success ? owner.Variable(name.Groups["name"].Value) : null;
            var hasDefault = name.Groups["default"].Success;
            var isNeeded = isUsed && variable is null;
            var inside = isFile || hasDefault ? Read(depth + 1, isFirst && !isFile, isNeeded) : "";
            if (Error is null && _position == value.Length)
            {
                return Fail(NotClosed);
            }

            _position++;
            if (Error is not null || !isUsed)
            {
                return "";
            }

            if (isFile)
            {
                inside = owner.ReadFile(inside, out var error);
                Error = error;
            }
            else if (isNeeded && !hasDefault)
            {
                var variableName = name.Groups["name"].Value;
                Error = $"the environment variable '{variableName}' is not set; set it, or write ${{env:{variableName}:-default}}";
            }

            var isWhole = isFirst && value.AsSpan(_position).Trim('}').IsEmpty;
            return Error is not null
                ? ""
                : each(new Replacement(variable ?? inside, isFile || SaysSecret(name.Groups["name"].Value), isWhole));
        }

        /// <summary>What is wrong with the reference that begins here; null where nothing is.</summary>
        private string? MistakeIn(bool isFile, Match name, int depth)
        {
            if (depth == DeepestNesting)
            {
                return $"'${{' is nested deeper than {DeepestNesting} levels";
            }

            if (value.IndexOf('}', _position) is var close && close < 0)
            {
                return NotClosed;
            }

            var written = value[_position..(close + 1)];
            if (At(StepReference.Start) || At(StepReference.RunStart))
            {
                var form = At(StepReference.Start) ? "${steps.STEP.NAME}" : "${run.NAME}";
                return $"'{written}' {(depth > 0 ? "cannot stand inside of another reference" : $"is not {form}")}";
            }

            return name.Success || (isFile && value[_position + "${file:".Length] != '}')
                ? null
                : $"'{written}' is neither ${{env:NAME}} nor ${{file:/path}}; a literal ${{ is written $${{";
        }

        private bool At(string token) => string.CompareOrdinal(value, _position, token, 0, token.Length) == 0;

        private string Fail(string error)
        {
            Error = error;
            return "";
        }
    }

    // As in a shell, one that is empty counts as not set.
    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    [GeneratedRegex(
        @"\G\$\{env:(?<name>[A-Za-z_][A-Za-z0-9_]*)((?=\})|(?<default>:-))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnvironmentName();
}
