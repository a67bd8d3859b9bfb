using System.Globalization;
using System.Text.RegularExpressions;
using HealthAgent.Security;

namespace HealthAgent.Yaml;

/// <summary>A position in the configuration file, one-based.</summary>
internal readonly record struct Location(int Line, int Column)
{
    /// <summary>The location of an offset in a text.</summary>
    public static Location In(string text, int position)
    {
        var before = text.AsSpan(0, position);
        return new Location(before.Count('\n') + 1, position - before.LastIndexOf('\n'));
    }
}

/// <summary>One error in the configuration.</summary>
/// <param name="Where">The position in the file.</param>
/// <param name="Path">The setting, such as <c>checks[orders-db].timeout</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, and how to correct it.</param>
internal sealed record ConfigurationError(Location Where, string Path, string Message);

/// <summary>Collects all errors, so that they are reported at once.</summary>
internal sealed partial class ConfigurationErrors(string file)
{
    // A damaged file may have millions.
    private const int MostErrors = 1000;

    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<ConfigurationError> _known = [];
    private bool _areMore;

    /// <summary>The file name as given.</summary>
    public string File => file;

    /// <summary>Whether there are errors.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Whether the limit is reached and further errors are dropped.</summary>
    public bool IsFull => _errors.Count == MostErrors;

    /// <summary>Adds an error once: several readers may read the same key.</summary>
    public void Add(Location where, string path, string message)
    {
        var error = new ConfigurationError(where, path, message);
        if (IsFull)
        {
            _areMore |= !_known.Contains(error);
        }
        else if (_known.Add(error))
        {
            _errors.Add(error);
        }
    }

    /// <summary>Adds an error about an environment variable.</summary>
    public void AddVariable(string name, string message) => Add(default, name, message);

    /// <summary>The secrets of the whole configuration, redacted in messages.</summary>
    public Confidential Confidential { get; } = new();

    /// <summary>
    /// One line per error, in file order: <c>agent.yaml:LINE:COL: path: message</c>. Secrets and control characters in quoted values are
    /// redacted.
    /// </summary>
    public IReadOnlyList<string> ToLines()
    {
        var redactor = new Redactor(Any ? Confidential.Secrets : []);
        return
        [
            .. _errors.OrderBy(error => error.Where.Line).ThenBy(error => error.Where.Column).Select(error => PlainText.Line(
                (error.Where == default
                    ? "environment: "
                    : string.Create(CultureInfo.InvariantCulture, $"{file}:{error.Where.Line}:{error.Where.Column}: "))
                + (error.Path.Length > 0 ? error.Path + ": " : "")
                + UserInfo().Replace(redactor.Redact(error.Message), $"{Redactor.Mask}@"))),
            .. _areMore ? [$"{file}: more than {MostErrors} errors; only the first are listed"] : Array.Empty<string>(),
        ];
    }

    // User info of a misplaced URL is not known as a credential, so it is redacted here; the placeholder of a remedy stays.
    [GeneratedRegex(@"(?<=://)(?!USER:PASSWORD@)[^/?#\s']*@", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo();
}
