using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>A regular expression that runs in time linear to the text.</summary>
/// <remarks>
/// Non-backtracking expressions are expensive to compile, so they are shared in a pool of bounded memory. An expression without anything
/// to backtrack into is linear anyway: .NET's interpreter prepares it in microseconds and a few kilobytes, held by its condition.
/// </remarks>
internal sealed partial class LinearRegex
{
    /// <summary>
    /// The largest automaton, in states, by .NET's estimate, which multiplies repetitions out and counts anchors five times. A JSON web
    /// token takes 1,100 and <c>^.{1,255}$</c> 1,300; <c>(\w{1,50}\s?){50}c</c>, with 2,552, took 36 s and 290 MB on a text of 1 MiB.
    /// </summary>
    public const int LargestAutomaton = 2000;

    // .NET's own limit is 10,000 and applies to the whole process.
    private const string Limit = "REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE";

    private const RegexOptions WithoutBacktracking = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // Bound on what all compiled expressions allocated: typically 60 to 200 of them.
    private const long MostAllocated = 96 * 1024 * 1024;

    // How long the interpreter may run before the deadline is checked again; a Regex has a fixed limit.
    private static readonly TimeSpan ShortLimit = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(1);

    // No match timeout: with one, .NET 10 misses matches beyond the first 1,000 characters. The deadline is checked before.
    private static readonly RegexPool Pool = new(MostAllocated, WithoutBacktracking);

    private readonly Regex? _simple;
    private readonly string _pattern;

    private LinearRegex(string pattern)
    {
        _pattern = pattern;
        _simple = IsSimple(pattern) ? new Regex(pattern, RegexOptions.CultureInvariant, ShortLimit) : null;
    }

    /// <summary>
    /// Rejects non-backtracking expressions beyond <see cref="LargestAutomaton"/> in the whole process. For the program only, not for an
    /// application that hosts the library. Call before the first expression is parsed.
    /// </summary>
    public static void LimitAutomata() => AppContext.SetData(Limit, LargestAutomaton);

    /// <summary>Parses an expression; null with an <paramref name="error"/> if it is invalid, not linear or too large.</summary>
    public static LinearRegex? Parse(string pattern, out string? error)
    {
        error = null;
        try
        {
            var regex = new LinearRegex(pattern);
            _ = regex.IsMatch("", static () => TimeSpan.MaxValue);
            return regex;
        }
        catch (NotSupportedException e) when (
            AppContext.GetData(Limit) is int limit && e.Message.Contains($"'{limit}'", StringComparison.Ordinal))
        {
            error = $"'{pattern}' is too large: its repetitions expand to more than {LargestAutomaton} states; "
                + "use smaller counts in {m,n}, or + and *";
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = $"'{pattern}' is not a valid regular expression (without look-around and backreferences): {e.Message}";
        }

        return null;
    }

    /// <summary>Whether the expression matches anywhere in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timeLeft">Time left until the run's deadline.</param>
    /// <exception cref="RegexMatchTimeoutException">The deadline passed.</exception>
    public bool IsMatch(ReadOnlySpan<char> text, Func<TimeSpan> timeLeft) => IsMatch(_pattern, _simple, text, timeLeft);

    /// <summary>
    /// Whether the expression matches a truncated text regardless of what follows. Only <c>$ \z \Z \b \B</c> depend on what follows a
    /// match (look-ahead is rejected); they may have taken the cut for the end of the text or a line.
    /// </summary>
    /// <inheritdoc cref="IsMatch(ReadOnlySpan{char}, Func{TimeSpan})"/>
    public bool IsMatchWhateverFollows(ReadOnlySpan<char> text, Func<TimeSpan> timeLeft)
    {
        if (!IsMatch(text, timeLeft))
        {
            return false;
        }

        // A match followed by something other than a line end at the cut does not depend on the rest. A comment would hide that.
        return !LooksAhead(_pattern)
            || (!_pattern.Contains('#', StringComparison.Ordinal) && IsMatch($@"(?:{_pattern})(?:[^\n]|\n[\s\S])", null, text, timeLeft));
    }

    /// <summary>How many groups it has, the whole match not counted.</summary>
    public int Groups => new Regex(_pattern, WithoutBacktracking).GetGroupNumbers().Length - 1;

    /// <summary>What its first group matched where the expression first matches, and the end of that match; null for nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timeLeft">Time left until the run's deadline.</param>
    /// <exception cref="RegexMatchTimeoutException">The deadline passed.</exception>
    public (string Group, int End)? FirstGroup(ReadOnlySpan<char> text, Func<TimeSpan> timeLeft) =>
        timeLeft() <= TimeSpan.Zero ? throw new RegexMatchTimeoutException() : Pool.FirstGroup(_pattern, text);

    /// <summary>Whether an expression consists of characters, classes, anchors and alternatives only: no repetition, no group.</summary>
    internal static bool IsSimple(string pattern) => pattern.Length <= LongestSimple && OnlyCharacters().IsMatch(pattern);

    // It may be tried at every position of the text.
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
            var limit = left > LongestLimit ? LongestLimit : left > ShortLimit ? left : ShortLimit;
            return new Regex(pattern, RegexOptions.CultureInvariant, limit).IsMatch(text);
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
