using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Reference;

/// <summary>A file of the repository that is made, in whole or in part, from declarations.</summary>
internal static class GeneratedFile
{
    /// <summary>Set to anything, this environment variable makes the tests write the files instead of comparing them.</summary>
    public const string WriteVariable = "HEALTH_AGENT_WRITE_REFERENCE";

    private const string Remedy =
        $"run the tests once with {WriteVariable}=1, such as: "
        + $"{WriteVariable}=1 dotnet test tests/Unit --filter FullyQualifiedName~Reference";

    /// <summary>The path of a file, given relative to the repository.</summary>
    public static string PathOf(string file) => Path.Combine(SourceTree.Root, file);

    /// <summary>Compares a file with what it should be, or writes it.</summary>
    public static void ShouldBeUpToDate(string file, string expected)
    {
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 })
        {
            File.WriteAllText(PathOf(file), expected);
        }

        (File.Exists(PathOf(file)) ? File.ReadAllText(PathOf(file)) : "").ShouldBe(expected, $"{file} is not up to date; {Remedy}");
    }
}
