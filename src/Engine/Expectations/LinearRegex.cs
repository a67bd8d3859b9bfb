using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>A regular expression that runs in time linear to the text, whatever is written.</summary>
/// <remarks>
/// Without backtracking, an expression is dear once it is compiled: those are shared in a pool of bounded memory. One that has nothing to
/// go back to is linear in any case: .NET's interpreter prepares it in microseconds into a few kilobytes, which its condition holds.
/// </remarks>
internal sealed partial class LinearRegex
{
    /// <summary>
    /// The largest automaton, in states, by .NET's estimate, which multiplies repetitions out and counts anchors five times. A JSON web
    /// token takes 1,100 and <c>^.{1,255}$</c> 1,300; <c>(\w{1,50}\s?){50}c</c>, with 2,552, took 36 s and 290 MB for a text of 1 MiB.
    /// </summary>
    public const int LargestAutomaton = 2000;

    // .NET's own limit is 10,000, for all expressions of the process.
    private const string Limit = "REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE";

    private const RegexOptions WithoutBacktracking = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // What all compiled forms may have allocated: 60 to 200 of them, as a rule.
    private const long MostAllocated = 96 * 1024 * 1024;

    // What the interpreter may take before it is asked for the time left: a form has a fixed limit.
    private static readonly TimeSpan ShortLimit = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(1);

    // Without a limit: with one, .NET 10 overlooks matches behind the first 1,000 characters of a text. The deadline is looked at before.
    private static readonly RegexPool Pool = new(MostAllocated, WithoutBacktracking);

    private readonly Regex? _simple;
    private readonly string _pattern;

    private LinearRegex(string pattern)
    {
        _pattern = pattern;
        _simple = IsSimple(pattern) ? new Regex(pattern, RegexOptions.CultureInvariant, ShortLimit) : null;
    }

    /// <summary>
    /// Refuses expressions without backtracking beyond <see cref="LargestAutomaton"/>, everywhere in this process: for the program, not for a
    /// library in somebody else's. To be called before the first is read.
    /// </summary>
    public static void LimitAutomata() => AppContext.SetData(Limit, LargestAutomaton);

    /// <summary>Reads an expression; null when it is invalid, not linear or too large, and <paramref name="error"/> says so.</summary>
    public static LinearRegex? Parse(string pattern, out string? error)
    {
        error = null;
        try
        {
            var regex = new LinearRegex(pattern);
            _ = regex.IsMatch("", static () => TimeSpan.MaxValue);
            return regex;
        }
        catch (NotSupportedException e) when (AppContext.GetData(Limit) is int limit && e.Message.Contains($"'{limit}'", StringComparison.Ordinal))
        {
            error = $"'{pattern}' is too large a regular expression: its repetitions amount to more than {LargestAutomaton} states; "
                + "write smaller counts in {m,n}, or + and * in their place";
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = $"'{pattern}' is not a regular expression that runs in linear time: {e.Message}";
        }

        return null;
    }

    /// <summary>Whether it is found anywhere in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timeLeft">The time that the run has left.</param>
    /// <exception cref="RegexMatchTimeoutException">Not decided in time.</exception>
    public bool IsMatch(ReadOnlySpan<char> text, Func<TimeSpan> timeLeft) => IsMatch(_pattern, _simple, text, timeLeft);

    /// <summary>
    /// Whether it is found in the beginning of a text so that it stays found whatever follows. Only <c>$ \z \Z \b \B</c> look at what follows
    /// a match (look-ahead is refused); they may have taken the cut for the end, or a line's end before it.
    /// </summary>
    /// <inheritdoc cref="IsMatch(ReadOnlySpan{char}, Func{TimeSpan})"/>
    public bool IsMatchWhateverFollows(ReadOnlySpan<char> text, Func<TimeSpan> timeLeft)
    {
        if (!IsMatch(text, timeLeft))
        {
            return false;
        }

        // A match followed by something, other than a line's end at the cut, saw what it looks at. A comment would hide that.
        return !LooksAhead(_pattern)
            || (!_pattern.Contains('#', StringComparison.Ordinal) && IsMatch($@"(?:{_pattern})(?:[^\n]|\n[\s\S])", null, text, timeLeft));
    }

    /// <summary>Whether an expression is characters, classes, anchors and alternatives only: nothing repeats, nothing is grouped.</summary>
    internal static bool IsSimple(string pattern) => pattern.Length <= LongestSimple && OnlyCharacters().IsMatch(pattern);

    // It may be compared at each place of the text.
    private const int LongestSimple = 200;

    private static bool IsMatch(string pattern, Regex? simple, ReadOnlySpan<char> text, Func<TimeSpan> timeLeft)
    {
        if (timeLeft() <= TimeSpan.Zero)
        {
            throw new RegexMatchTimeoutException();
        }

        if (simple is null)
        {
            return Pool.IsMatch(pattern, text);
        }

        try
        {
            return simple.IsMatch(text);
        }
        catch (RegexMatchTimeoutException) when (timeLeft() > ShortLimit)
        {
            var left = timeLeft();
            return new Regex(pattern, RegexOptions.CultureInvariant, left > LongestLimit ? LongestLimit : left > ShortLimit ? left : ShortLimit).IsMatch(text);
        }
    }

    private static bool LooksAhead(string pattern) =>
        pattern.Contains('$', StringComparison.Ordinal)
        || pattern.Contains(@"\b", StringComparison.OrdinalIgnoreCase)
        || pattern.Contains(@"\z", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(\(\?i\))?(?>[^\\.\[\]{}()*+?#\0]|\\[wWdDsSbBtnr]|\\[^\w\s]|\.|\[\^?(?>[^\[\]\\]|\\[wWdDsStnr]|\\[^\w\s])+\])*\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OnlyCharacters();
}
