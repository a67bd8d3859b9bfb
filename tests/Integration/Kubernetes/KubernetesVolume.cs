using System.Globalization;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>
/// A ConfigMap or Secret that is mounted as a folder, and updated as kubelets do: files are links through <c>..data</c>, which is renamed
/// to lead to another folder, and the previous one is removed.
/// </summary>
/// <remarks>Rule: Kubernetes 1.35, <c>pkg/volume/util/atomic_writer.go</c>.</remarks>
internal sealed class KubernetesVolume(string folder)
{
    private const string Data = "..data";
    private int _updates;

    /// <summary>Where it is mounted.</summary>
    public string Folder => folder;

    /// <summary>Replaces all that is in it.</summary>
    public async Task WriteAsync(params (string Key, string Text)[] files)
    {
        var previous = Directory.CreateDirectory(folder).EnumerateDirectories("..2*").SingleOrDefault();

        // 5. A folder of the time's name, with all files.
        var name = string.Create(CultureInfo.InvariantCulture, $"..2026_11_26_06_30_{_updates++:00}.1234567890");
        Directory.CreateDirectory(Path.Combine(folder, name));
        foreach (var (key, text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name, key), text);
        }

        // 7. and 8. A link to it under another name, which is renamed: at no time is there no file.
        var next = Path.Combine(folder, "..data_tmp");
        File.CreateSymbolicLink(next, name);
        var (exitCode, output) = await ChildProcess.RunAsync("mv", ["-T", next, Path.Combine(folder, Data)]);
        exitCode.ShouldBe(0, output);

        // 9. and 10. Links for what is new, and none for what is gone.
        foreach (var (key, _) in files.Where(file => !File.Exists(Path.Combine(folder, file.Key))))
        {
            File.CreateSymbolicLink(Path.Combine(folder, key), Path.Combine(Data, key));
        }

        foreach (var gone in Directory.GetFiles(folder).Where(file => !files.Any(kept => kept.Key == Path.GetFileName(file))))
        {
            File.Delete(gone);
        }

        // 11.
        previous?.Delete(recursive: true);
    }
}
