using System.Text;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>
/// Texts of Gatus, which replaces environment variables as Go's os.ExpandEnv does: <c>$NAME</c>, <c>${NAME}</c>, and <c>$$</c> for a
/// dollar.
/// </summary>
internal static class GatusText
{
    /// <summary>The text with references as the agent writes them.</summary>
    public static string ToOurs(string text)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var (ours, literal) = (new StringBuilder(), new StringBuilder());
        for (var position = 0; position < text.Length; position++)
        {
            if (text[position] != '$')
            {
                literal.Append(text[position]);
                continue;
            }

            var rest = text.AsSpan(position + 1);
            var braced = rest is ['{', ..];
            var name = NameIn(braced ? rest[1..] : rest);
            if (rest is ['$', ..])
            {
                literal.Append('$');
                position++;
            }
            else if (name.IsEmpty || (braced && rest[(name.Length + 1)..] is not ['}', ..]))
            {
                literal.Append('$');
            }
            else
            {
                ours.Append(Draft.Literally(literal.ToString())).Append("${env:").Append(name).Append('}');
                literal.Clear();
                position += name.Length + (braced ? 2 : 0);
            }
        }

        return ours.Append(Draft.Literally(literal.ToString())).ToString();
    }

    private static ReadOnlySpan<char> NameIn(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetter(text[length]) || text[length] == '_'
            || (length > 0 && char.IsAsciiDigit(text[length]))))
        {
            length++;
        }

        return text[..length];
    }
}
