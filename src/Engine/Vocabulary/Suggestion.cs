namespace HealthAgent.Vocabulary;

/// <summary>Suggests the nearest valid word.</summary>
internal static class Suggestion
{
    // Bounds the time spent on very long or very many invalid words.
    private const int LongestWord = 100, MostWords = 1000;

    /// <summary><c> (did you mean 'x'?)</c> for the nearest valid word; all valid words if they are few; or nothing.</summary>
    public static string For(string written, IEnumerable<string> valid)
    {
        if (written.Length > LongestWord || (valid.TryGetNonEnumeratedCount(out var count) && count > MostWords))
        {
            return "";
        }

        var words = valid.Order(StringComparer.Ordinal).ToList();
        var nearest = words.Select(word => (word, distance: Distance(written, word))).OrderBy(pair => pair.distance).FirstOrDefault();
        if (nearest.word is not null && nearest.distance <= Math.Max(2, written.Length / 3))
        {
            return $" (did you mean '{nearest.word}'?)";
        }

        return words.Count is > 0 and <= 20 ? $" (valid: {string.Join(", ", words)})" : "";
    }

    /// <summary>Levenshtein distance, ignoring case; two neighbours that were swapped are one mistake (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        var (before, previous) = (Array.Empty<int>(), Enumerable.Range(0, right.Length + 1).ToArray());
        for (var l = 0; l < left.Length; l++)
        {
            var current = new int[right.Length + 1];
            current[0] = l + 1;
            for (var r = 0; r < right.Length; r++)
            {
                current[r + 1] = Math.Min(Math.Min(current[r], previous[r + 1]) + 1, previous[r] + (Same(l, r) ? 0 : 1));
                if (l > 0 && r > 0 && Same(l, r - 1) && Same(l - 1, r))
                {
                    current[r + 1] = Math.Min(current[r + 1], before[r - 1] + 1);
                }
            }

            (before, previous) = (previous, current);
        }

        return previous[^1];

        bool Same(int l, int r) => char.ToUpperInvariant(left[l]) == char.ToUpperInvariant(right[r]);
    }
}
