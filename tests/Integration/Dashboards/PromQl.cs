using System.Text.RegularExpressions;

namespace HealthAgent.Integration.Dashboards;

/// <summary>A label in an expression: in a matcher of a metric, or of none, as in <c>by (…)</c>.</summary>
internal readonly record struct LabelUse(string Label, string? Metric);

/// <summary>
/// The names in a PromQL expression: metrics, labels read, and labels created by the expression. May contain Grafana variables. Does not
/// validate; Prometheus does.
/// </summary>
internal sealed partial class PromQl
{
    private static readonly HashSet<string> LabelLists = new(
        ["by", "without", "on", "ignoring", "group_left", "group_right"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> Operators = new(
        ["and", "or", "unless", "bool", "offset", "atan2", "inf", "nan"], StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<LabelUse> _labels = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);
    private readonly string[] _tokens;
    private int _at;

    private PromQl(string expression)
    {
        _tokens = [.. Tokens(expression)];
        while (_at < _tokens.Length)
        {
            Read();
        }
    }

    public IReadOnlySet<string> Metrics => _metrics;

    public IReadOnlySet<LabelUse> Labels => _labels;

    /// <summary>Labels created by <c>label_replace</c>.</summary>
    public IReadOnlySet<string> MadeLabels => _made;

    public static PromQl Parse(string expression) => new(expression);

    /// <summary>Its tokens, without white space and comments.</summary>
    public static IEnumerable<string> Tokens(string expression)
    {
        for (var at = 0; at < expression.Length;)
        {
            var token = Token().Match(expression, at);
            if (!token.Success)
            {
                throw new FormatException($"no PromQL at {at}: {expression[at..]}");
            }

            at += token.Length;
            if (!char.IsWhiteSpace(token.Value[0]) && token.Value[0] != '#')
            {
                yield return token.Value;
            }
        }
    }

    private string? Next => _at < _tokens.Length ? _tokens[_at] : null;

    private void Read()
    {
        var token = _tokens[_at++];
        if (token == "[")
        {
            SkipTo("]");
        }
        else if (token == "{")
        {
            ReadMatchers(null);
        }
        else if (IsName(token))
        {
            ReadName(token);
        }
    }

    private void ReadName(string name)
    {
        if (LabelLists.Contains(name))
        {
            ReadLabelList();
        }
        else if (name == "label_replace")
        {
            ReadReplacement();
        }
        else if (Next != "(" && Next is not ("by" or "without") && !Operators.Contains(name))
        {
            _metrics.Add(name);
            if (Next == "{")
            {
                _at++;
                ReadMatchers(name);
            }
        }
    }

    private void ReadLabelList()
    {
        // `group_left` may have no list; the following parentheses are then the other operand.
        if (Next == "(" && Array.IndexOf(_tokens, ")", _at) is var end
            && _tokens[(_at + 1)..end].Index().All(token => token.Index % 2 == 0 ? IsName(token.Item) : token.Item == ","))
        {
            _labels.UnionWith(_tokens[(_at + 1)..end].Where(IsName).Select(label => new LabelUse(label, null)));
            _at = end + 1;
        }
    }

    private void ReadMatchers(string? metric)
    {
        for (; Next is not (null or "}"); _at++)
        {
            if (IsName(Next))
            {
                _labels.Add(new LabelUse(Next, metric));
            }
        }

        _at++;
    }

    /// <summary>Labels given as strings: <c>label_replace(…, "made", "value", "read", "pattern")</c>.</summary>
    private void ReadReplacement()
    {
        var (depth, texts) = (0, new List<string>());
        for (var at = _at; texts.Count < 3; at++)
        {
            depth += _tokens[at] switch { "(" or "{" => 1, ")" or "}" => -1, _ => 0 };
            if (depth == 1 && _tokens[at][0] is '"' or '\'')
            {
                texts.Add(_tokens[at][1..^1]);
            }
        }

        _made.Add(texts[0]);
        if (texts[2].Length > 0)
        {
            _labels.Add(new LabelUse(texts[2], null));
        }
    }

    private void SkipTo(string token) => _at = Array.IndexOf(_tokens, token, _at) + 1;

    private static bool IsName(string token) => char.IsAsciiLetter(token[0]) || token[0] is '_' or ':';

    private const string Literals = """\s+|\#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`""";
    private const string Words = @"\$\{[^}]+\}|\$\w+|[a-zA-Z_:][\w:]*|[\d.][\w.]*";
    private const string Symbols = @"=~|!~|==|!=|<=|>=|[-+*/%^<>=!(){}\[\],@:]";

    [GeneratedRegex(
        @"\G(?:" + Literals + "|" + Words + "|" + Symbols + ")", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
