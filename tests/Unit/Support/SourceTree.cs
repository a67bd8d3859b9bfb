namespace HealthAgent.Unit.Support;

/// <summary>The repository's own source, found from where the tests run.</summary>
internal static class SourceTree
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All source files of the product, relative to <c>src</c>, with their texts.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = ReadFiles();

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Directory.Packages.props")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return directory;
    }

    private static SortedDictionary<string, string> ReadFiles()
    {
        var folder = Path.Combine(Root, "src");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (name.Split('/')[1] is not ("bin" or "obj"))
            {
                files[name] = File.ReadAllText(file);
            }
        }

        return files;
    }
}
