namespace HealthAgent.Kinds.Databases;

/// <summary>Reads SQL as far as needed to know whether its end is in quotes or in a comment.</summary>
/// <remarks>Rule: PostgreSQL documentation, 4.1.2 and 4.1.5: identifiers, constants, dollar quotes, comments.</remarks>
internal sealed class SqlText
{
    private enum State
    {
        Plain,
        Quote,
        EscapeQuote,
        Identifier,
        Line,
        Block,
        Dollar,
    }

    private State _state;
    private string _tag = "";
    private int _depth;

    /// <summary>What the text read so far ends in; null where it is plain SQL.</summary>
    public string? Inside => _state switch
    {
        State.Plain => null,
        State.Line or State.Block => "a comment",
        State.Dollar => "dollar quotes",
        _ => "quotes",
    };

    /// <summary>Reads on.</summary>
    public void Read(string sql)
    {
        for (var i = 0; i < sql.Length;)
        {
            i += _state == State.Plain ? Begin(sql, i) : Continue(sql.AsSpan(i));
        }
    }

    private int Begin(string sql, int at)
    {
        var rest = sql.AsSpan(at);
        switch (rest)
        {
            case ['\'', ..]:
                // E'…' has escapes; the letter may be the end of a word, as in like'…'.
                var isEscape = at > 0 && sql[at - 1] is 'E' or 'e' && (at == 1 || !IsOfWord(sql[at - 2]));
                _state = isEscape ? State.EscapeQuote : State.Quote;
                return 1;
            case ['"', ..]:
                _state = State.Identifier;
                return 1;
            case ['-', '-', ..]:
                _state = State.Line;
                return 2;
            case ['/', '*', ..]:
                (_state, _depth) = (State.Block, 1);
                return 2;
            case ['$', ..] when (at == 0 || !IsOfWord(sql[at - 1])) && TagAt(rest) is { } tag:
                (_state, _tag) = (State.Dollar, tag);
                return tag.Length;
            default:
                return 1;
        }
    }

    private int Continue(ReadOnlySpan<char> rest)
    {
        switch (_state)
        {
            case State.EscapeQuote when rest is ['\\', ..]:
                return 2;
            case State.Quote or State.EscapeQuote when rest is ['\'', '\'', ..]:
            case State.Identifier when rest is ['"', '"', ..]:
                return 2;
            case State.Quote or State.EscapeQuote when rest[0] == '\'':
            case State.Identifier when rest[0] == '"':
            case State.Line when rest[0] is '\n' or '\r':
                _state = State.Plain;
                return 1;
            case State.Block when rest is ['/', '*', ..]:
                _depth++;
                return 2;
            case State.Block when rest is ['*', '/', ..]:
                _state = --_depth == 0 ? State.Plain : State.Block;
                return 2;
            case State.Dollar when rest.StartsWith(_tag, StringComparison.Ordinal):
                _state = State.Plain;
                return _tag.Length;
            default:
                return 1;
        }
    }

    /// <summary>The beginning of dollar quotes, such as <c>$$</c> or <c>$tag$</c>; null where there is none.</summary>
    private static string? TagAt(ReadOnlySpan<char> rest)
    {
        var end = rest[1..].IndexOf('$');
        var tag = end < 0 ? [] : rest[1..(end + 1)];
        if (end < 0 || (tag.Length > 0 && char.IsAsciiDigit(tag[0])))
        {
            return null;
        }

        foreach (var unit in tag)
        {
            if (!IsOfWord(unit) || unit == '$')
            {
                return null;
            }
        }

        return rest[..(end + 2)].ToString();
    }

    private static bool IsOfWord(char unit) => char.IsLetterOrDigit(unit) || unit is '_' or '$' || unit > '\x7f';
}
