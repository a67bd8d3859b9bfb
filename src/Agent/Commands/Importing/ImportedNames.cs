using System.Text;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Makes names of checks, groups and labels out of names that may be anything.</summary>
internal sealed class ImportedNames
{
    // The agent has no tables of Unicode normalization.
    private const string Accented = "àáâãäåāăąçćčďèéêëēęěìíîïīłñńňòóôõöøōőřśšşťùúûüūůűýÿźżž";
    private const string Letters = "aaaaaaaaacccdeeeeeeeiiiiilnnnoooooooorssstuuuuuuuyyzzz";

    // Leaves room for a number within the longest name there may be.
    private const int Longest = 100;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>A name that no other has: that of the text, with the group before it or a number behind it where it is taken.</summary>
    public string Unique(string text, string? group = null)
    {
        var name = Of(text);
        IEnumerable<string> candidates = group is { Length: > 0 } ? [name, Of($"{group}-{text}")] : [name];
        return candidates.Concat(Enumerable.Range(2, int.MaxValue - 2).Select(number => $"{name}-{number}")).First(_taken.Add);
    }

    /// <summary>A name as the agent allows it, as near to the text as can be: <c>Größe: A/B</c> is <c>grosse-a-b</c>.</summary>
    public static string Of(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var unit in Plain(text).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(unit) || char.IsAsciiDigit(unit) || (unit is '.' or '_' && name.Length > 0))
            {
                name.Append(unit);
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }

            if (name.Length == Longest)
            {
                break;
            }
        }

        return name.ToString().TrimEnd('-', '.', '_') is { Length: > 0 } made ? made : "check";
    }

    /// <summary>A label's name as the agent allows it, which is that of Prometheus.</summary>
    public static string Label(string text)
    {
        var name = string.Concat(Plain(text).Take(Longest).Select(unit => char.IsAsciiLetterOrDigit(unit) ? unit : '_')).Trim('_');
        return name is [var first, ..] && char.IsAsciiLetter(first) ? name : $"label_{name}".TrimEnd('_');
    }

    /// <summary>Letters without their accents.</summary>
    private static string Plain(string text) => string.Concat(text.Replace("ß", "ss", StringComparison.Ordinal).Select(static unit =>
        Accented.IndexOf(char.ToLowerInvariant(unit), StringComparison.Ordinal) is var at and >= 0 ? Letters[at] : unit));
}
