











namespace HealthAgent.Files;

/// <summary>A file, how large it may be, and the fingerprint of what was in it when it was read.</summary>
internal readonly record struct FileSeen(string Path, int Largest, string Fingerprint);

/// <summary>The files that one load of the configuration reads: each once, so that all who name it get the same content.</summary>
internal sealed class FilesRead
{
    private readonly Dictionary<(string Path, int Largest), TextFile> _files = [];

    /// <summary>What was read, or could not be: it counts as configuration.</summary>
    public IEnumerable<FileSeen> Seen => _files.Select(file => new FileSeen(file.Key.Path, file.Key.Largest, file.Value.Fingerprint));

    /// <summary>What is in a file, as this load sees it.</summary>
    public TextFile Read(string path, int largest)
    {
        if (!_files.TryGetValue((path, largest), out var file))
        {
            _files.Add((path, largest), file = TextFile.Read(path, largest));
        }

        return file;
    }
}
