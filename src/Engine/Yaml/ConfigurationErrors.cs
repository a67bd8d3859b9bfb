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

/// <summary>One thing that is wrong in the configuration.</summary>
/// <param name="Where">The place in the file; the default where there is none.</param>
/// <param name="Path">What it is about, such as <c>checks[orders-db].timeout</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
/// <param name="IsOfEnvironment">Whether it is an environment variable that is wrong.</param>
internal sealed record ConfigurationError(Location Where, string Path, string Message, bool IsOfEnvironment = false);

/// <summary>Collects all that is wrong, so that an operator sees everything at once.</summary>
/// <param name="source">The name of the file as given, or what stands for it at the start of each line.</param>
internal sealed partial class ConfigurationErrors(string source)
{
    // A damaged file may have millions.
    private const int MostErrors = 1000;

    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<ConfigurationError> _known = [];
    private bool _areMore;

    /// <summary>What is wrong, in the order in which it was found.</summary>
    public IReadOnlyList<ConfigurationError> All => _errors;

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Whether the limit is reached and further errors are dropped.</summary>
    public bool IsFull => _errors.Count == MostErrors;

    /// <summary>Notes one thing that is wrong, once: a key may be read by more than one reader.</summary>
    public void Add(Location where, string path, string message) => Add(new ConfigurationError(where, path, message));

    /// <summary>Notes that an environment variable is wrong.</summary>
    public void AddVariable(string name, string message) => Add(new ConfigurationError(default, name, message, IsOfEnvironment: true));

    /// <summary>The same errors and secrets, to add others to.</summary>
    public ConfigurationErrors Copy()
    {
        var copy = new ConfigurationErrors(source) { Confidential = Confidential, _areMore = _areMore };
        copy._errors.AddRange(_errors);
        copy._known.UnionWith(_known);
        return copy;
    }

    private void Add(ConfigurationError error)
    {
        if (IsFull)
        {
            _areMore |= !_known.Contains(error);
        }
        else if (_known.Add(error))
        {
            _errors.Add(error);
        }
    }

    /// <summary>The secrets of the whole configuration, which no message may repeat.</summary>
    public Confidential Confidential { get; private init; } = new();

    /// <summary>
    /// One line per error, in file order: <c>agent.yaml:LINE:COL: path: message</c>. Secrets and control characters in quoted values are
    /// redacted.
    /// </summary>
    public IReadOnlyList<string> ToLines() => ToLines(error => Prefix(error) + (error.Path.Length > 0 ? error.Path + ": " : ""));

    /// <summary>One line per error of settings that were given as options: <c>--tls.ca: message</c>.</summary>
    /// <param name="name">The name of the option for a path.</param>
    public IReadOnlyList<string> ToOptionLines(Func<string, string> name) => ToLines(error => $"--{name(error.Path.TrimStart('.'))}: ");

    /// <summary>What one error says, redacted as in the lines.</summary>
    public string MessageOf(ConfigurationError error) => Shown(error.Message, new Redactor(Confidential.Secrets));

    private static string Shown(string message, Redactor redactor) => UserInfo().Replace(redactor.Redact(message), $"{Redactor.Mask}@");

    private IReadOnlyList<string> ToLines(Func<ConfigurationError, string> place)
    {
        var redactor = new Redactor(Any ? Confidential.Secrets : []);
        return
        [
            .. _errors.OrderBy(error => error.Where.Line).ThenBy(error => error.Where.Column).Select(error => PlainText.Line(
                place(error) + Shown(error.Message, redactor))),
            .. _areMore ? [$"{source}: more than {MostErrors} errors; only the first are listed"] : Array.Empty<string>(),
        ];
    }

    private string Prefix(ConfigurationError error) => error switch
    {
        { IsOfEnvironment: true } => "environment: ",
        { Where: var where } when where == default => $"{source}: ",
        { Where: var (line, column) } => string.Create(CultureInfo.InvariantCulture, $"{source}:{line}:{column}: "),
    };

    // A URL where none belongs is quoted as written, before anybody has looked for credentials in it. What a remedy spells out stays.
    [GeneratedRegex(@"(?<=://)(?!USER:PASSWORD@)[^/?#\s']*@", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo();
}
