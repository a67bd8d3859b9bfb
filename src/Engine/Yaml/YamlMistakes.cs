using YamlDotNet.Core;

namespace HealthAgent.Yaml;

/// <summary>Finds the place of a mistake where YamlDotNet's parser reports another.</summary>
internal static class YamlMistakes
{
    /// <summary>The first tab that indents: the parser tells where the mapping began, which may be pages above.</summary>
    public static Location? TabIn(string text, YamlException problem)
    {
        if (!problem.Message.Contains("tab", StringComparison.Ordinal))
        {
            return null;
        }

        var (line, column) = (1, 1);
        foreach (var character in text)
        {
            switch (character)
            {
                case '\t' when column > 0:
                    return new Location(line, column);
                case '\n':
                    (line, column) = (line + 1, 1);
                    break;
                default:
                    // Nothing behind the indentation counts, up to the next line.
                    column = character == ' ' && column > 0 ? column + 1 : 0;
                    break;
            }
        }

        return null;
    }
}
