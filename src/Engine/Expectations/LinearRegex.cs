using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>Regular expressions that run in time linear to the text, whatever is written.</summary>
/// <remarks>
/// Without backtracking, an expression holds 0.1 to 1.3 MB once it is compiled, and takes milliseconds to compile. .NET's own cache
/// shares it among all conditions that are written alike, and drops the least recently used ones; those are compiled again when they
/// are next used. One that has nothing to go back to is linear in any case: .NET's interpreter prepares it in microseconds, and holds
/// next to nothing.
/// </remarks>
internal static partial class LinearRegex
{
    /// <summary>How many different expressions are held compiled: 60 MB, as a rule.</summary>
    public const int MostHeld = 128;

    private const RegexOptions WithoutBacktracking = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    static LinearRegex() => Regex.CacheSize = MostHeld;

    /// <summary>Whether an expression is valid and linear; when not, <paramref name="error"/> says what is wrong.</summary>
    public static bool IsValid(string pattern, out string? error)
    {
        try
        {
            _ = IsMatch(pattern, "");
            error = null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = $"'{pattern}' is not a regular expression that runs in linear time: {e.Message}";
        }

        return error is null;
    }

    /// <summary>Whether an expression is found anywhere in a text.</summary>
    public static bool IsMatch(string pattern, ReadOnlySpan<char> text) =>
        IsSimple(pattern) ? Simple(pattern).IsMatch(text) : Regex.IsMatch(text, pattern, WithoutBacktracking);

    /// <summary>Where an expression is found in a text.</summary>
    public static Regex.ValueMatchEnumerator EnumerateMatches(string pattern, ReadOnlySpan<char> text) =>
        IsSimple(pattern) ? Simple(pattern).EnumerateMatches(text) : Regex.EnumerateMatches(text, pattern, WithoutBacktracking);

    /// <summary>Whether an expression is characters, classes, anchors and alternatives only: nothing repeats, nothing is grouped.</summary>
    internal static bool IsSimple(string pattern) => pattern.Length <= LongestSimple && OnlyCharacters().IsMatch(pattern);

    // It may be compared at each place of the text.
    private const int LongestSimple = 200;

    // Not held: it would push one out of the cache that is dear.
    private static Regex Simple(string pattern) => new(pattern, RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);

    [GeneratedRegex(@"^(\(\?i\))?(?>[^\\.\[\]{}()*+?#\0]|\\[wWdDsSbBtnr]|\\[^\w\s]|\.|\[\^?(?>[^\[\]\\]|\\[wWdDsStnr]|\\[^\w\s])+\])*\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OnlyCharacters();
}
