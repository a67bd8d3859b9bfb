











namespace HealthAgent.Files;

/// <summary>A file, its size limit, and the fingerprint of its content when read.</summary>
internal readonly record struct FileSeen(string Path, int Largest, string Fingerprint);

/// <summary>The files read by one load of the configuration: each once, so that all references see the same content.</summary>
internal sealed class FilesRead
{
    private readonly Dictionary<(string Path, int Largest), TextFile> _files = [];

    /// <summary>All files that were read or could not be: both are part of the configuration.</summary>
    public IEnumerable<FileSeen> Seen => _files.Select(file => new FileSeen(file.Key.Path, file.Key.Largest, file.Value.Fingerprint));

    /// <summary>The content of a file as seen by this load.</summary>
    public TextFile Read(string path, int largest)
    {
        lock (_files)
        {
            if (!_files.TryGetValue((path, largest), out var file))
            {
                _files.Add((path, largest), file = TextFile.Read(path, largest));
            }

            return file;
        }
    }
}
