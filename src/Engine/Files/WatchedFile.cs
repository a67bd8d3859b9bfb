











namespace HealthAgent.Files;

/// <summary>One file that is watched: what is known to be in it, and what the last look saw.</summary>
internal sealed class WatchedFile(FileSeen seen, WatchedFile? former)
{
    // A file written twice within one tick of its clock keeps its stamp, so a stamp is trusted after a second reading.
    private const int ReadingsToTrust = 2;

    private string _known = seen.Fingerprint;
    private string? _looked;
    private FileStamp _stamp;
    private int _readings;
    private (FileStamp Stamp, string Content)? _told = former?._told;
    private bool _isHeldBack;

    /// <summary>The file as it was named.</summary>
    public string Path => seen.Path;

    /// <summary>Whether the last look saw something else than is known.</summary>
    public bool Differs => !_isHeldBack && _looked is not null && _looked != _known;

    /// <summary>Looks at the file; tells whether it saw something else than the look before.</summary>
    /// <param name="closely">Whether to read it though nothing about it seems to have changed.</param>
    public bool Look(bool closely)
    {
        var stamp = FileStamp.Of(seen.Path);
        if (!closely && stamp == _stamp && _readings >= ReadingsToTrust)
        {
            return false;
        }

        var content = TextFile.ReadFingerprint(seen.Path, seen.Largest);

        // If a load sees another content than this look does, as a network file system may show them, then reporting it again and
        // again would be an endless loop: once a minute is enough, as long as nobody touches the file.
        _isHeldBack = !closely && _told == (stamp, content) && (_looked is null || _isHeldBack);
        var isOther = content != _looked;
        _readings = isOther || stamp != _stamp ? 1 : _readings + 1;
        (_looked, _stamp) = (content, stamp);
        return isOther;
    }

    /// <summary>What the last look saw is known from now on.</summary>
    public void Tell()
    {
        _known = _looked!;
        _told = (_stamp, _known);
    }
}
