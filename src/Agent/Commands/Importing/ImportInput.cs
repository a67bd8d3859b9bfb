using HealthAgent.Files;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>A file of another program's configuration, or standard input.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Root">What stands in it.</param>
internal sealed record ImportInput(string Name, YamlMap Root)
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    private const int LargestFile = 16 * 1024 * 1024;

    /// <summary>Reads a file; null with the errors printed.</summary>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <param name="isJson">Whether it is JSON, else YAML.</param>
    public static ImportInput? Read(string path, bool isJson)
    {
        var name = path == StandardInput ? "standard input" : PlainText.Line(path);
        var errors = new ConfigurationErrors(name);
        var root = TextOf(path, errors) is { } text ? Parse(text, isJson, errors) : null;
        if (root is not null && !errors.Any)
        {
            return new ImportInput(name, root);
        }

        foreach (var line in errors.ToLines())
        {
            Console.Error.WriteLine(line);
        }

        return null;
    }

    /// <summary>Parses a text; null, or with errors, where it is damaged.</summary>
    public static YamlMap? Parse(string text, bool isJson, ConfigurationErrors errors) =>
        isJson ? JsonTree.Read(text, errors) : YamlTree.Read(text, errors);

    private static string? TextOf(string path, ConfigurationErrors errors)
    {
        var file = path == StandardInput ? ReadStandardInput() : TextFile.Read(path, LargestFile);
        if (file.Error is not null)
        {
            errors.Add(file.BadByte ?? new Location(1, 1), "", $"the file {file.Error}");
        }

        return file.Text;
    }

    private static TextFile ReadStandardInput()
    {
        using var input = Console.OpenStandardInput();
        return TextFile.Read(input, LargestFile);
    }
}
