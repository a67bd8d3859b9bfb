using HealthAgent.Files;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Configuration;

/// <summary>Where <c>agent.yaml</c> is looked for, and its reading.</summary>
/// <param name="Path">The file; null for the built-in self checks.</param>
internal sealed record ConfigurationFile(string? Path)
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "HEALTH_AGENT_CONFIG";

    private const string DefaultName = "agent.yaml";
    private const int LargestFile = 16 * 1024 * 1024;

    /// <summary>What it is called in messages.</summary>
    public string Name => Path is null ? "the built-in configuration" : PlainText.Line(Path);

    /// <summary>Finds the file: <c>--config</c>, then the environment, then <c>./agent.yaml</c>, then none.</summary>
    public static ConfigurationFile Locate(string? given, Func<string, string?> environment)
    {
        if (given is null && environment(Variable) is { Length: > 0 } named)
        {
            given = named;
        }

        return new ConfigurationFile(given ?? (File.Exists(DefaultName) ? DefaultName : null));
    }

    /// <summary>Reads what is written; null, with errors noted, when there is nothing that can be read.</summary>
    public AgentOptions? Read(ConfigurationErrors errors, Func<string, string?> environment, FilesRead files)
    {
        var (text, folder) = Path is null ? (ReadBuiltIn(), null) : ReadText(Path, errors, files);
        return text is not null && YamlTree.Read(text, errors) is { } root
            ? AgentOptionsReader.Read(root, errors, new Substitution(environment, files, folder))
            : null;
    }

    private static string ReadBuiltIn()
    {
        using var builtIn = new StreamReader(typeof(ConfigurationFile).Assembly.GetManifestResourceStream("default-agent.yaml")!);
        return builtIn.ReadToEnd();
    }

    /// <summary>The text, and the folder that it stands in.</summary>
    private static (string? Text, string? Folder) ReadText(string path, ConfigurationErrors errors, FilesRead files)
    {
        var file = files.Read(path, LargestFile);
        if (file.Error is not null)
        {
            errors.Add(file.BadByte ?? new Location(1, 1), "", $"the file {file.Error}");
            return default;
        }

        return (file.Text, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)));
    }
}
