namespace HealthAgent.Expectations;

/// <summary>The operators of a condition; each may be preceded by <c>not</c>.</summary>
internal enum Operator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    Matches,
    In,
    Exists,
}

/// <summary>The spelling of operators.</summary>
internal static class Operators
{
    /// <summary>All operators, for messages.</summary>
    public const string All = "== != < <= > >= contains matches in exists";

    private static readonly (string Symbol, Operator Operator)[] Written =
    [
        ("==", Operator.Equal), ("!=", Operator.NotEqual), ("<=", Operator.LessOrEqual), (">=", Operator.GreaterOrEqual),
        ("<", Operator.Less), (">", Operator.Greater), ("contains", Operator.Contains), ("matches", Operator.Matches),
        ("in", Operator.In), ("exists", Operator.Exists),
    ];

    /// <summary>Whether it orders its operands.</summary>
    public static bool IsOrdering(this Operator op) =>
        op is Operator.Less or Operator.LessOrEqual or Operator.Greater or Operator.GreaterOrEqual;

    /// <summary>Takes the operator at the beginning; null if there is none.</summary>
    public static Operator? Take(ref ReadOnlySpan<char> rest)
    {
        foreach (var (symbol, op) in Written)
        {
            if (char.IsLetter(symbol[0]) ? TryTakeWord(ref rest, symbol) : rest.StartsWith(symbol, StringComparison.Ordinal))
            {
                rest = char.IsLetter(symbol[0]) ? rest : rest[symbol.Length..];
                return op;
            }
        }

        return null;
    }

    /// <summary>Takes a word and the white space after it.</summary>
    public static bool TryTakeWord(ref ReadOnlySpan<char> rest, string word)
    {
        if (FirstWord(rest) != word)
        {
            return false;
        }

        rest = rest[word.Length..].TrimStart();
        return true;
    }

    /// <summary>Up to the first white space or bracket.</summary>
    public static string FirstWord(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(' ', '\t', '[');
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
