using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create("folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("given.yaml", "named.yaml", "given.yaml")]
    [InlineData("given.yaml", null, "given.yaml")]
    [InlineData(null, "named.yaml", "named.yaml")]
    [InlineData(null, "", null)]
    [InlineData(null, null, null)]
    public void File_Looked_For_IsGivenThenNamedThenNone(string? given, string? named, string? expected) =>
        ConfigurationFile.Locate(given, name => name == "HEALTH_AGENT_CONFIG" ? named : null).Path.ShouldBe(expected);

    [Fact]
    public void File_OfOneCheck_IsRead()
    {
        var path = Path.Combine(_folder, "agent.yaml");
        File.WriteAllText(path, "checks:\n  - {name: a, kind: tcp, address: 'localhost:${env:PORT}'}\n");
        var errors = new ConfigurationErrors(path);
        var options = new ConfigurationFile(path).Read(errors, _ => "5432", new FilesRead()).ShouldNotBeNull();
        errors.ToLines().ShouldBeEmpty();
        options.Checks.ShouldHaveSingleItem().Name.ShouldBe("a");
        Planner.Plan(options, new KindIndex(CheckKinds.All), errors).ShouldHaveSingleItem().Name.ShouldBe("a");
        errors.ToLines().ShouldBeEmpty();
    }

    [Fact]
    public void Files_ThatALoadReads_AreNotedAlsoWhenTheyAreMissing()
    {
        var (path, secret, none) = (Path.Combine(_folder, "agent.yaml"), Path.Combine(_folder, "secret"), Path.Combine(_folder, "none"));
        File.WriteAllText(secret, "localhost:1");
        File.WriteAllText(path, string.Concat(
            new[] { secret, none, secret }.Select(file => $"- {{name: a, group: '${{file:{file}}}', kind: tcp}}\n").Prepend("checks:\n")));
        var source = new FileSource(new ConfigurationFile(path), new KindIndex(CheckKinds.All), _ => null);
        AgentPlan.Load(new KindIndex(CheckKinds.All), _ => null, source).Plan.ShouldBeNull();
        source.FilesSeen.Select(file => file.Path).ShouldBe([path, secret, none]);
    }

    [Fact]
    public void Name_OfAFile_HasNoControlCharacters() => new ConfigurationFile("a\u001b[2J.yaml").Name.ShouldBe("a\ufffd[2J.yaml");

    [Fact]
    public void File_ThatVanished_IsRefused() =>
        ErrorOf(Path.Combine(_folder, "none.yaml")).ShouldBe("1:1: the file does not exist");

    [Fact]
    public void File_ThatIsADirectory_IsRefused() =>
        ErrorOf(_folder).ShouldBe("1:1: the file is a directory; must be a regular file");

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    public void File_WithAnImpossibleName_IsRefused(string name) =>
        ErrorOf(name).ShouldStartWith("1:1: the file cannot be read: ");

    [Fact]
    public void File_ThatIsHuge_IsRefused()
    {
        var path = Path.Combine(_folder, "huge.yaml");
        using (var file = File.Create(path))
        {
            file.SetLength(16L * 1024 * 1024 + 1);
        }

        ErrorOf(path).ShouldBe("1:1: the file is larger than 16MiB");
    }

    [Fact]
    public void File_ThatCannotBeRead_IsRefused()
    {
        // Its first page is unmapped, so that even root gets an I/O error.
        Assert.SkipUnless(File.Exists("/proc/self/mem"), "there is no /proc here");
        ErrorOf("/proc/self/mem").ShouldStartWith("1:1: the file cannot be read: ");
    }

    [Fact]
    public void File_ThatIsBinary_IsRefused()
    {
        var path = Path.Combine(_folder, "binary.yaml");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        ErrorOf(path).ShouldBe("2:118: the file is not UTF-8; save it as UTF-8");
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)':', (byte)'\n', 0xC3, 0xBC, (byte)' ', 0xFC },
        "2:3: the file is not UTF-8; save it as UTF-8")]
    [InlineData(new byte[] { (byte)'a', 0xED, 0xA0, 0x80 }, "1:2: the file is not UTF-8; save it as UTF-8")]
    [InlineData(new byte[] { (byte)'a', 0xC3 }, "1:2: the file is not UTF-8; save it as UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "1:1: the file is UTF-16; save it as UTF-8")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'a' }, "1:1: the file is UTF-16; save it as UTF-8")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)' ', 0, 0 },
        "2:2: invalid YAML: NUL character; the file is damaged or not UTF-8")]
    public void File_InAnotherEncoding_IsRefusedAtItsFirstBadByte(byte[] content, string error)
    {
        var path = Path.Combine(_folder, "agent.yaml");
        File.WriteAllBytes(path, content);
        ErrorOf(path).ShouldBe(error);
    }

    [Fact]
    public void File_WithAMarkOfUtf8_IsRead()
    {
        var path = Path.Combine(_folder, "agent.yaml");
        File.WriteAllText(path, "\ufeffchecks: []");
        var errors = new ConfigurationErrors(path);
        new ConfigurationFile(path).Read(errors, _ => null, new FilesRead()).ShouldNotBeNull();
        errors.ToLines().ShouldBeEmpty();
    }

    [Fact]
    public void Files_NamedByARelativePath_StandBesideTheConfiguration()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "secrets"));
        var (path, secret) = (Path.Combine(_folder, "agent.yaml"), Path.Combine(_folder, "secrets/port"));
        File.WriteAllText(secret, "5432\n");
        File.WriteAllText(path,
            "checks: [{name: a, kind: tcp, address: 'localhost:${file:secrets/port}'}, {name: b, kind: tcp, address: '${file:none}'}]");
        var errors = new ConfigurationErrors("agent.yaml");
        var files = new FilesRead();
        var options = new ConfigurationFile(path).Read(errors, _ => null, files).ShouldNotBeNull();
        Planner.Plan(options, new KindIndex(CheckKinds.All), errors)[0].Resolve!(Timing.BuiltIn).Host.ShouldBe("localhost");
        errors.ToLines().ShouldBe([$"agent.yaml:1:105: checks[b].address: the file '{_folder}/none' does not exist"]);
        files.Seen.Select(file => file.Path).ShouldBe([path, secret, Path.Combine(_folder, "none")]);
    }

    [Fact]
    public void BuiltIn_Configuration_IsValid()
    {
        var file = new ConfigurationFile(null);
        var errors = new ConfigurationErrors(file.Name);
        var plans = Planner.Plan(file.Read(errors, _ => null, new FilesRead()).ShouldNotBeNull(), new KindIndex(CheckKinds.All), errors);
        errors.ToLines().ShouldBeEmpty();
        plans.Select(plan => plan.Resolve!(Timing.BuiltIn)).Select(plan => $"{plan.Name}:{plan.Kind.Name}")
            .ShouldBe(["agent:self", "memory:memory", "disk:disk"]);
        plans.ShouldAllBe(plan => plan.Resolve!(Timing.BuiltIn).Interval == TimeSpan.FromSeconds(10));
    }

    private static string ErrorOf(string path)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        new ConfigurationFile(path).Read(errors, _ => null, new FilesRead()).ShouldBeNull();
        return errors.ToLines().ShouldHaveSingleItem()["agent.yaml:".Length..];
    }
}
