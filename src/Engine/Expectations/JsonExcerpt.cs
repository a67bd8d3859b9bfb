using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>
/// Reduces a JSON text, in place, to what conditions use: the same paths lead to the same values. The rest is validated and dropped,
/// since a document of the whole takes many times the memory of its text.
/// </summary>
internal ref struct JsonExcerpt
{
    private const int BytesBetweenLooks = 64 * 1024;

    private readonly Span<byte> _text;
    private readonly CancellationToken _cancellationToken;
    private Utf8JsonReader _reader;
    private int _length;
    private long _nextLook;

    private JsonExcerpt(Span<byte> text, CancellationToken cancellationToken)
    {
        _text = text;
        _reader = new Utf8JsonReader(text);
        _cancellationToken = cancellationToken;
    }

    /// <summary>Reduces a text to a prefix of its buffer.</summary>
    /// <param name="text">The JSON text in UTF-8; overwritten.</param>
    /// <param name="uses">What conditions use.</param>
    /// <param name="cancellationToken">
    /// Checked every 64 KiB, but not within a token: one of 64 MiB, the largest body, takes 0.01 s, or 0.2 s if it consists of escapes.
    /// </param>
    /// <returns>The length of the prefix, and an upper bound on its tokens.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static (int Length, int Tokens) Reduce(Span<byte> text, IReadOnlyList<JsonUse> uses, CancellationToken cancellationToken)
    {
        var excerpt = new JsonExcerpt(text, cancellationToken);
        excerpt.Read();
        var tokens = excerpt.Value([.. uses.Select(use => new JsonCursor(use, 0))]);
        // Anything after the value is an error.
        excerpt.Read();
        return (excerpt._length, tokens);
    }

    /// <summary>Writes the current value as far as it is used and reads to its end; returns the number of tokens written.</summary>
    private int Value(List<JsonCursor> cursors)
    {
        if (cursors.Exists(static cursor => cursor is { IsAtEnd: true, Use.IsLength: false }))
        {
            return Whole();
        }

        var counts = cursors.Exists(static cursor => cursor.IsAtEnd);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Members(cursors, counts);
            case JsonTokenType.StartArray:
                return Items(cursors, counts);
            default:
                return counts ? Whole() : Placeholder();
        }
    }

    private int Members(List<JsonCursor> cursors, bool counts)
    {
        var (tokens, isFirst) = (2, true);
        Write((byte)'{');
        while (Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            List<JsonCursor>? next = null;
            foreach (var cursor in cursors)
            {
                if (cursor.Segment is string name && IsNamed(name))
                {
                    (next ??= []).Add(cursor.Next);
                }
            }

            if (next is null && !counts)
            {
                Read();
                Skip();
                continue;
            }

            Separate(ref isFirst);
            Write((byte)'"');
            Copy(_reader.ValueSpan);
            Write((byte)'"');
            Write((byte)':');
            Read();
            tokens += 1 + (next is null ? Placeholder() : Value(next));
        }

        Write((byte)'}');
        return tokens;
    }

    private int Items(List<JsonCursor> cursors, bool counts)
    {
        // The position of a negative index is known only at the end of the array.
        var fromEnd = cursors.FindAll(static cursor => cursor.Segment is < 0).ConvertAll(static cursor => cursor.Next);
        var last = cursors.Max(static cursor => cursor.Segment as int? ?? -1);
        var (tokens, isFirst) = (2, true);
        Write((byte)'[');
        for (var i = 0; Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i > last && fromEnd.Count == 0 && !counts)
            {
                Skip();
                continue;
            }

            var next = i > last
                ? fromEnd
                : [.. fromEnd, .. cursors.Where(cursor => cursor.Segment is int index && index == i).Select(static cursor => cursor.Next)];
            Separate(ref isFirst);
            tokens += next.Count == 0 ? Placeholder() : Value(next);
        }

        Write((byte)']');
        return tokens;
    }

    /// <summary>Skips a value that no path uses and writes a placeholder.</summary>
    private int Placeholder()
    {
        Skip();
        Write((byte)'0');
        return 1;
    }

    private int Whole()
    {
        var start = (int)_reader.TokenStartIndex;
        var tokens = Skip();
        Copy(_text[start..(int)_reader.BytesConsumed]);
        return tokens;
    }

    /// <summary>Reads to the end of the current value; returns its number of tokens.</summary>
    private int Skip()
    {
        var (tokens, depth) = (1, _reader.CurrentDepth);
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            do
            {
                Read();
                tokens++;
            }
            while (_reader.CurrentDepth > depth);
        }

        return tokens;
    }

    private bool Read()
    {
        if (_reader.BytesConsumed >= _nextLook)
        {
            _nextLook = _reader.BytesConsumed + BytesBetweenLooks;
            _cancellationToken.ThrowIfCancellationRequested();
        }

        return _reader.Read();
    }

    private readonly bool IsNamed(string name)
    {
        try
        {
            return _reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, which a peer may send, cannot be compared.
            return false;
        }
    }

    private void Separate(ref bool isFirst)
    {
        if (!isFirst)
        {
            Write((byte)',');
        }

        isFirst = false;
    }

    // The output is never longer than the input, so it stays behind the reader.
    private void Write(byte character) => _text[_length++] = character;

    private void Copy(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_text[_length..]);
        _length += text.Length;
    }
}
