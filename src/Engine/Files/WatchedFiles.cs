namespace HealthAgent.Files;

/// <summary>The result of looking at all files.</summary>
internal enum Sight
{
    /// <summary>All have the known content.</summary>
    Same,

    /// <summary>Something changed but may be half written: look again shortly.</summary>
    Unsettled,

    /// <summary>Something changed and has settled.</summary>
    Changed,
}

/// <summary>The set of watched files. Does not schedule its own looks.</summary>
internal sealed class WatchedFiles
{
    // Longer than an editor takes to write a file; a file that is written continuously is read as it is.
    private static readonly TimeSpan LongestUnrest = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly WatchedFile[] _files;
    private long? _differsSince;

    /// <summary>Watches files with known content, replacing the previous set.</summary>
    public WatchedFiles(TimeProvider clock, IEnumerable<FileSeen> seen, WatchedFiles? previous = null)
    {
        _clock = clock;
        var previousFiles = previous?._files.ToLookup(file => file.Path, StringComparer.Ordinal);
        _files = [.. seen.Select(file => new WatchedFile(file, previousFiles?[file.Path].FirstOrDefault()))];
    }

    /// <summary>The paths as configured.</summary>
    public IEnumerable<string> Paths => _files.Select(file => file.Path);

    /// <summary>
    /// Looks at all files. A change is reported once two consecutive looks saw the same, or after five seconds of continuous changes, and
    /// becomes the known content. A file that is back to its known content has not changed.
    /// </summary>
    /// <param name="closely">Whether to read even files whose stamp is unchanged.</param>
    /// <param name="changed">The files that changed.</param>
    public Sight Look(bool closely, out IReadOnlyList<string> changed)
    {
        var moves = false;
        foreach (var file in _files)
        {
            moves |= file.Look(closely);
        }

        changed = [];
        var differing = Array.FindAll(_files, file => file.Differs);
        if (differing.Length == 0)
        {
            _differsSince = null;
            return Sight.Same;
        }

        _differsSince ??= _clock.GetTimestamp();
        if (moves && _clock.GetElapsedTime(_differsSince.Value) < LongestUnrest)
        {
            return Sight.Unsettled;
        }

        foreach (var file in differing)
        {
            file.Tell();
        }

        _differsSince = null;
        changed = [.. differing.Select(file => file.Path).Distinct(StringComparer.Ordinal)];
        return Sight.Changed;
    }
}
