using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Packaging;

/// <summary>Packages for Debian of the native program, each packed once for all tests of a class: it takes ten seconds of a core.</summary>
public sealed class DebianPackages : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create("debian-").FullName;
    private readonly Dictionary<string, string> _packed = new(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The package of a version.</summary>
    public async Task<string> OfAsync(string version) =>
        _packed.TryGetValue(version, out var packed) ? packed : _packed[version] = await PackAsync(version);

    /// <summary>Packs a version again.</summary>
    public async Task<string> PackAsync(string version)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(
            Repository.PathOf("deploy/debian/build"),
            [TestEnvironment.Native, version, Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName]);
        exitCode.ShouldBe(0, output);
        return output.Trim();
    }
}
