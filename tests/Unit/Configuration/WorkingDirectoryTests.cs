using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Configuration;

/// <summary>The working directory is process-wide, so these tests run alone.</summary>
[CollectionDefinition(nameof(WorkingDirectoryTests), DisableParallelization = true)]
[Collection(nameof(WorkingDirectoryTests))]
public sealed class WorkingDirectoryTests : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string _folder = TemporaryFolder.Create("folder-").FullName;

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
    public void Files_NamedByARelativePath_DoNotStandInTheWorkingDirectory()
    {
        var elsewhere = Directory.CreateDirectory("elsewhere").FullName;
        File.WriteAllText("elsewhere/agent.yaml", "checks: [{name: a, kind: tcp, address: '${file:address}'}]");
        File.WriteAllText("elsewhere/address", "right:1");
        File.WriteAllText("address", "wrong:1");
        var source = new FileSource(new ConfigurationFile("elsewhere/agent.yaml"), new KindIndex(CheckKinds.All), _ => null);
        AgentPlan.Load(new KindIndex(CheckKinds.All), _ => null, source).Plan.ShouldNotBeNull().Checks[0].Host.ShouldBe("right");
        source.FilesSeen.Select(file => file.Path).ShouldBe(["elsewhere/agent.yaml", Path.Combine(elsewhere, "address")]);
    }

    [Fact]
    public void File_NowhereToBeFound_IsTheBuiltInOne() =>
        ConfigurationFile.Locate(null, _ => null).ShouldBe(new ConfigurationFile(null));
}
