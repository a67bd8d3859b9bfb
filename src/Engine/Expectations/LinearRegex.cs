using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>
/// A regular expression without look-around and backreferences, whose matches are bounded in memory and, beyond a second, by the run's
/// deadline.
/// </summary>
/// <remarks>
/// Two engines of .NET give the same result. The non-backtracking one takes time linear to the text, but a match under way cannot be
/// interrupted (with a timeout, .NET 10 misses matches beyond the first 1,000 characters), and where repetitions multiply, it takes
/// seconds and gigabytes. So it runs where <see cref="RegexCost"/> promises a result in the time left, and the backtracking one,
/// which honours a timeout, everywhere else. Non-backtracking expressions are expensive to compile, so they are shared in a pool of bounded
/// memory. An expression without anything to backtrack into is linear anyway: .NET's interpreter prepares it in microseconds and a few
/// kilobytes, held by its condition.
/// </remarks>
internal sealed partial class LinearRegex
{
    /// <summary>
    /// The largest number of states. A JSON web token takes 1,100; <c>(\w{1,50}\s?){50}c</c> has 2,551.
    /// </summary>
    public const int MostStates = 2000;

    /// <summary>
    /// Steps that a match without backtracking takes in a second on a slow machine. What it allocates in that time is bounded by 50 MB at a
    /// time, for <see cref="MostSeconds"/>.
    /// </summary>
    public const long StepsPerSecond = 64 * 1024 * 1024;

    /// <summary>The longest match without backtracking, in seconds.</summary>
    public const int MostSeconds = 8;

    /// <summary>The longest text, in characters, for backtracking over a group that is repeated without bound: 50 MB of stack.</summary>
    public const int LongestForGroups = 256 * 1024;

    private const RegexOptions WithoutBacktracking = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private const RegexOptions Backtracking = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    // Bound on what all compiled expressions allocated: typically 60 to 200 of them.
    private const long MostAllocated = 96 * 1024 * 1024;

    // How long the interpreter may run before the deadline is checked again; a Regex has a fixed limit.
    private static readonly TimeSpan ShortLimit = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(1);

    private static readonly RegexPool Pool = new(MostAllocated, WithoutBacktracking);

    private readonly Regex? _simple;
    private readonly string _pattern;
    private readonly RegexCost _cost;

    private LinearRegex(string pattern, RegexCost cost)
    {
        (_pattern, _cost) = (pattern, cost);
        _simple = IsSimple(pattern) ? new Regex(pattern, RegexOptions.CultureInvariant, ShortLimit) : null;
    }

    /// <summary>Parses an expression; null with an <paramref name="error"/> if it is invalid, not linear or too large.</summary>
    public static LinearRegex? Parse(string pattern, out string? error)
    {
        error = null;
        var cost = RegexCost.Of(pattern);
        if (cost.States > MostStates)
        {
            error = $"'{pattern}' is too large: its repetitions expand to more than {MostStates} states; "
                + "use smaller counts in {m,n}, or + and *";
            return null;
        }

        try
        {
            var regex = new LinearRegex(pattern, cost);
            _ = regex.IsMatch("", static () => TimeSpan.MaxValue);
            return regex;
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
    /// <exception cref="RegexMatchTimeoutException">The deadline passed, or the text is too long for the expression.</exception>
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
        timeLeft() <= TimeSpan.Zero ? throw new RegexMatchTimeoutException()
        : IsAffordable(text, timeLeft()) ? Pool.FirstGroup(_pattern, text)
        : RegexPool.FirstGroup(Interruptible(_pattern, RegexOptions.CultureInvariant, text, timeLeft()), text);

    /// <summary>Whether an expression consists of characters, classes, anchors and alternatives only: no repetition, no group.</summary>
    internal static bool IsSimple(string pattern) => pattern.Length <= LongestSimple && OnlyCharacters().IsMatch(pattern);

    // It may be tried at every position of the text.
    private const int LongestSimple = 200;

    private bool IsMatch(string pattern, Regex? simple, ReadOnlySpan<char> text, Func<TimeSpan> timeLeft)
    {
        if (timeLeft() <= TimeSpan.Zero)
        {
            throw new RegexMatchTimeoutException();
        }

        if (simple is null)
        {
            return IsAffordable(text, timeLeft())
                ? Pool.IsMatch(pattern, text)
                : Interruptible(pattern, Backtracking, text, timeLeft()).IsMatch(text);
        }

        try
        {
            return simple.IsMatch(text);
        }
        catch (RegexMatchTimeoutException) when (timeLeft() > ShortLimit)
        {
            return Limited(pattern, Backtracking, timeLeft()).IsMatch(text);
        }
    }

    /// <summary>Whether a match without backtracking, which nothing can interrupt, ends in the time left.</summary>
    private bool IsAffordable(ReadOnlySpan<char> text, TimeSpan timeLeft) =>
        _cost.PerCharacter * text.Length <= StepsPerSecond * Math.Clamp(timeLeft.TotalSeconds, 1, MostSeconds);

    private Regex Interruptible(string pattern, RegexOptions options, ReadOnlySpan<char> text, TimeSpan limit) =>
        _cost.RepeatsGroup && text.Length > LongestForGroups
            ? throw new RegexMatchTimeoutException()
            : Limited(pattern, options, limit);

    private static Regex Limited(string pattern, RegexOptions options, TimeSpan limit) =>
        new(pattern, options, limit > LongestLimit ? LongestLimit : limit > ShortLimit ? limit : ShortLimit);

    private static bool LooksAhead(string pattern) =>
        pattern.Contains('$', StringComparison.Ordinal)
        || pattern.Contains(@"\b", StringComparison.OrdinalIgnoreCase)
        || pattern.Contains(@"\z", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(\(\?i\))?(?>[^\\.\[\]{}()*+?#\0]|\\[wWdDsSbBtnr]|\\[^\w\s]|\.|\[\^?(?>[^\[\]\\]|\\[wWdDsStnr]|\\[^\w\s])+\])*\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OnlyCharacters();
}
