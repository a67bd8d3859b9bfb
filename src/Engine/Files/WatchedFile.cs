











namespace HealthAgent.Files;

/// <summary>One watched file: its known content, and what the last look saw.</summary>
internal sealed class WatchedFile(FileSeen seen, WatchedFile? previous)
{
    // A file written twice within one tick of the file system's clock keeps its stamp, so a stamp is trusted after a second read.
    private const int ReadingsToTrust = 2;

    private string _known = seen.Fingerprint;
    private string? _looked;
    private FileStamp _stamp;
    private int _readings;
    private (FileStamp Stamp, string Content)? _reported = previous?._reported;
    private bool _isHeldBack;

    /// <summary>The path as configured.</summary>
    public string Path => seen.Path;

    /// <summary>Whether the last look saw something other than the known content.</summary>
    public bool Differs => !_isHeldBack && _looked is not null && _looked != _known;

    /// <summary>Looks at the file; returns whether it differs from the look before.</summary>
    /// <param name="closely">Whether to read the file even if its stamp is unchanged.</param>
    public bool Look(bool closely)
    {
        var stamp = FileStamp.Of(seen.Path);
        if (!closely && stamp == _stamp && _readings >= ReadingsToTrust)
        {
            return false;
        }

        var content = TextFile.ReadFingerprint(seen.Path, seen.Largest);

        // If a load reads other content than this look, as network file systems allow, reporting it each time would loop forever:
        // once a minute is enough while the file is not touched.
        _isHeldBack = !closely && _reported == (stamp, content) && (_looked is null || _isHeldBack);
        var isOther = content != _looked;
        _readings = isOther || stamp != _stamp ? 1 : _readings + 1;
        (_looked, _stamp) = (content, stamp);
        return isOther;
    }

    /// <summary>Makes what the last look saw the known content.</summary>
    public void Tell()
    {
        _known = _looked!;
        _reported = (_stamp, _known);
    }
}
