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

    /// <summary>Levenshtein distance, ignoring case.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        foreach (var l in left)
        {
            var current = new int[right.Length + 1];
            current[0] = previous[0] + 1;
            for (var i = 0; i < right.Length; i++)
            {
                var same = char.ToUpperInvariant(l) == char.ToUpperInvariant(right[i]);
                current[i + 1] = Math.Min(Math.Min(current[i], previous[i + 1]) + 1, previous[i] + (same ? 0 : 1));
            }

            previous = current;
        }

        return previous[^1];
    }
}
