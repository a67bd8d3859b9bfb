using HealthAgent.Configuration;

namespace HealthAgent.Unit.Configuration;

/// <summary>The working directory belongs to the whole process, so nothing else runs beside these.</summary>
[CollectionDefinition(nameof(WorkingDirectoryTests), DisableParallelization = true)]
[Collection(nameof(WorkingDirectoryTests))]
public sealed class WorkingDirectoryTests : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string _folder = Directory.CreateTempSubdirectory("health-agent-").FullName;

    public WorkingDirectoryTests() => Environment.CurrentDirectory = _folder;

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void File_InTheWorkingDirectory_IsTheLastResort()
    {
        File.WriteAllText("agent.yaml", "");
        ConfigurationFile.Locate(null, _ => null).Path.ShouldBe("agent.yaml");
        ConfigurationFile.Locate(null, _ => "named.yaml").Path.ShouldBe("named.yaml");
        ConfigurationFile.Locate("given.yaml", _ => "named.yaml").Path.ShouldBe("given.yaml");
    }

    [Fact]
    public void File_NowhereToBeFound_IsTheBuiltInOne() =>
        ConfigurationFile.Locate(null, _ => null).ShouldBe(new ConfigurationFile(null));
}
