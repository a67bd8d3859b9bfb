using YamlDotNet.Core;

namespace HealthAgent.Yaml;

/// <summary>Locates mistakes that YamlDotNet reports elsewhere.</summary>
internal static class YamlMistakes
{
    /// <summary>The first tab used for indentation: the parser reports the start of the mapping, which may be pages above.</summary>
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
                    // Only indentation matters.
                    column = character == ' ' && column > 0 ? column + 1 : 0;
                    break;
            }
        }

        return null;
    }
}
