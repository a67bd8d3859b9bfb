namespace HealthAgent.History;

/// <summary>Writes files whole or not at all.</summary>
internal static class WholeFile
{
    private const int Buffer = 64 * 1024;

    /// <summary>
    /// Writes beside the file, flushes that to the disk, and renames it over the file: whenever the process or the machine stops, there is
    /// the previous file or this one.
    /// </summary>
    /// <remarks>Rule: rename(2), fsync(2). The directory is not flushed: after a power failure, the previous file may be there.</remarks>
    public static void Write(string path, Action<Stream> write)
    {
        var beside = path + ".tmp";
        using (var file = Open(beside, FileMode.Create))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Opens a file for writing that only its owner may read.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = Buffer };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
