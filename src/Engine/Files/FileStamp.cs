namespace HealthAgent.Files;

/// <summary>A file's metadata, read without opening it. While it stays the same, the content most likely does.</summary>
internal readonly record struct FileStamp
{
    private readonly string? _target;
    private readonly long _length;
    private readonly DateTime _written;
    private readonly FileAttributes _attributes;
    private readonly UnixFileMode _mode;

    private FileStamp(string? target, FileInfo file)
    {
        _target = target;
        (_attributes, _mode) = (file.Attributes, file.UnixFileMode);
        if (file.Exists)
        {
            (_length, _written) = (file.Length, file.LastWriteTimeUtc);
        }
    }

    /// <summary>The stamp of a path, following links. A missing or unreadable file has a stamp, too.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.LinkTarget is null ? null : file.ResolveLinkTarget(returnFinalTarget: true);
            return new FileStamp(target?.FullName, target is null ? file : new FileInfo(target.FullName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return default;
        }
    }
}
