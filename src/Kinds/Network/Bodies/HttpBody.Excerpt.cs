using HealthAgent.Explanation;

namespace HealthAgent.Kinds.Network.Bodies;

/// <content>The beginning of a body, for an explanation.</content>
internal sealed partial class HttpBody
{
    // Of a text, next to no character is a control character or invalid.
    private const int TextPerOddity = 20;

    /// <summary>The beginning of what was kept, as text, or why there is none. Call before <see cref="JsonAsync"/>.</summary>
    public ExplainedBody Excerpt()
    {
        var bytes = _kept.Bytes[..Math.Min(_kept.Length, ExplainedTexts.LongestLookedAt)];
        var isCut = !_isWhole || bytes.Length < _size;
        if (use.Most == 0 && isCut)
        {
            return new ExplainedBody(null, "not read, since maxBody is 0", IsCut: false);
        }

        if (Problem is not null)
        {
            return new ExplainedBody(null, Problem, isCut);
        }

        if (Charset.Of(Type.Charset, bytes.Span) is not { } encoding)
        {
            return new ExplainedBody(null, $"text in the unknown charset '{Type.Charset}'", isCut);
        }

        var text = Charset.Decode(bytes, encoding, isWhole: !isCut);
        return IsText(text) ? new ExplainedBody(text, null, isCut) : new ExplainedBody(null, "binary", isCut);
    }

    // Escape sequences are text: those who send them mean a terminal. They are made harmless where they are shown.
    private static bool IsText(string text)
    {
        var odd = text.Count(static unit =>
            unit is '\0' or '\uFFFD' || (char.IsControl(unit) && unit is not ('\t' or '\n' or '\v' or '\f' or '\r' or '\e')));
        return odd * TextPerOddity <= text.Length;
    }
}
