namespace HealthAgent.Files;

/// <summary>What a look at all files came to.</summary>
internal enum Sight
{
    /// <summary>They hold what is known.</summary>
    Same,

    /// <summary>Something else is seen, but it may be half written: look again shortly.</summary>
    Unsettled,

    /// <summary>Something else is seen, and it has settled.</summary>
    Changed,
}

/// <summary>The files that are watched. It does not wait or know when to look: somebody has to.</summary>
internal sealed class WatchedFiles
{
    // Longer than an editor takes to write a file; what is written all the time has to be taken as it is.
    private static readonly TimeSpan LongestUnrest = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly WatchedFile[] _files;
    private long? _differsSince;

    /// <summary>Watches files whose content is known, in place of those watched before.</summary>
    public WatchedFiles(TimeProvider clock, IEnumerable<FileSeen> seen, WatchedFiles? former = null)
    {
        _clock = clock;
        var formerFiles = former?._files.ToLookup(file => file.Path, StringComparer.Ordinal);
        _files = [.. seen.Select(file => new WatchedFile(file, formerFiles?[file.Path].FirstOrDefault()))];
    }

    /// <summary>The files as they were named.</summary>
    public IEnumerable<string> Paths => _files.Select(file => file.Path);

    /// <summary>
    /// Looks at all files. A change is told once two looks in a row have seen the same, or after five seconds of unrest,
    /// and is known from then on. What is again as it was known to be has not changed.
    /// </summary>
    /// <param name="closely">Whether to read also those about which nothing seems to have changed.</param>
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
