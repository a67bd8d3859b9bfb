using System.Globalization;

namespace HealthAgent.Expectations;

/// <summary>
/// A bound on what a regular expression costs, read from its text. It chooses an engine and never changes a result, so it need not
/// understand everything: comments count as characters.
/// </summary>
/// <param name="States">Number of states with repetitions multiplied out: <c>a{3}b+</c> has 4.</param>
/// <param name="PerCharacter">
/// Steps of the non-backtracking engine per character of the worst text, measured with .NET 10: 1 for few states, whose combinations fit
/// into a table; the number of states for more; its cube if something of variable length is repeated a number of times.
/// </param>
/// <param name="RepeatsGroup">Whether a group is repeated without bound, so that backtracking needs memory for each character.</param>
internal readonly record struct RegexCost(long States, long PerCharacter, bool RepeatsGroup)
{
    // All their combinations are fewer than the 10,000 that .NET keeps in a table.
    private const int FewStates = 12;
    private const long Most = 1_000_000;

    /// <summary>The cost of an expression.</summary>
    public static RegexCost Of(string pattern)
    {
        var (open, sum, isNested, repeatsGroup) = (new Stack<Part>(), default(Part), false, false);
        for (var at = 0; at < pattern.Length;)
        {
            var part = new Part(1, IsVariable: false);
            switch (pattern[at])
            {
                case '(':
                    open.Push(sum);
                    (sum, at) = (default, AfterOpening(pattern, at));
                    continue;
                case '|':
                    (sum, at) = (sum with { IsVariable = true }, at + 1);
                    continue;
                case ')' when open.Count > 0:
                    (part, sum, at) = (sum, open.Pop(), at + 1);
                    repeatsGroup |= Times.At(pattern, at) is { Most: null };
                    break;
                case '[':
                    at = AfterClass(pattern, at);
                    break;
                default:
                    at += pattern[at] == '\\' ? 2 : 1;
                    break;
            }

            if (Times.At(pattern, at) is { } times)
            {
                at = times.End;
                isNested |= part.IsVariable && times.Largest > 1;
                part = new(part.States * Math.Max(1, times.Largest), part.IsVariable || times.Least != times.Most);
            }

            sum = new(Math.Min(Most, sum.States + part.States), sum.IsVariable || part.IsVariable);
        }

        var states = sum.States;
        return new(states, states <= FewStates ? 1 : isNested ? states * states * states : states, repeatsGroup);
    }

    /// <summary>Skips <c>(</c>, <c>(?:</c>, <c>(?i:</c>, <c>(?&lt;name&gt;</c>, or the options of <c>(?i)</c>.</summary>
    private static int AfterOpening(string pattern, int at)
    {
        if (at + 1 >= pattern.Length || pattern[at + 1] != '?')
        {
            return at + 1;
        }

        var end = pattern.AsSpan(at).IndexOfAny(":>)");
        return end < 0 ? pattern.Length : pattern[at + end] == ')' ? at + end : at + end + 1;
    }

    private static int AfterClass(string pattern, int at)
    {
        at += pattern.AsSpan(at).StartsWith("[^", StringComparison.Ordinal) ? 2 : 1;
        for (var first = at; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '\\':
                    at++;
                    break;
                case ']' when at > first:
                    return at + 1;
                case '[' when pattern[at - 1] == '-':
                    // Subtraction, as in [a-z-[aeiou]].
                    at = AfterClass(pattern, at) - 1;
                    break;
            }
        }

        return at;
    }

    private readonly record struct Part(long States, bool IsVariable);

    /// <summary>A repetition: <c>?</c>, <c>*</c>, <c>+</c>, <c>{2}</c>, <c>{2,}</c> or <c>{2,3}</c>, lazy or not.</summary>
    private readonly record struct Times(long Least, long? Most, int End)
    {
        /// <summary>The largest number in it.</summary>
        public long Largest => Math.Max(Least, Most ?? 0);

        /// <summary>The repetition at a position, if there is one.</summary>
        public static Times? At(string pattern, int at)
        {
            if (at >= pattern.Length || Read(pattern, at) is not { } times)
            {
                return null;
            }

            return times.End < pattern.Length && pattern[times.End] == '?' ? times with { End = times.End + 1 } : times;
        }

        private static Times? Read(string pattern, int at)
        {
            switch (pattern[at])
            {
                case '?':
                    return new(0, 1, at + 1);
                case '*':
                    return new(0, null, at + 1);
                case '+':
                    return new(1, null, at + 1);
                case not '{':
                    return null;
            }

            var end = pattern.IndexOf('}', at);
            var counts = end < 0 ? [] : pattern[(at + 1)..end].Split(',');
            if (counts.Length is 0 or > 2 || !int.TryParse(counts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least))
            {
                return null;
            }

            return counts.Length == 1 ? new(least, least, end + 1)
                : counts[1].Length == 0 ? new(least, null, end + 1)
                : int.TryParse(counts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? new(least, most, end + 1)
                : null;
        }
    }
}
