namespace HealthAgent.Scenarios;

/// <summary>
/// What a scenario captured, or made of it, that no surface may show: in all tries of the run under way, since a service may repeat what it
/// said in an earlier one, and in the run before.
/// </summary>
internal sealed class HiddenValues
{
    // Each is looked for, in all its forms, in every text of the run.
    private const int Most = 1000;
    private const long MostUnits = 1024 * 1024;

    private long _run;
    private long _units;
    private HashSet<string> _before = new(StringComparer.Ordinal);
    private HashSet<string> _now = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IEnumerable<string> All => _before.Concat(_now);

    /// <summary>Whether the run has as many as one may have: it captures no more, and nothing is tried again.</summary>
    public bool IsFull => _now.Count >= Most || _units >= MostUnits;

    /// <summary>Begins a try.</summary>
    /// <param name="run">The timestamp at which its run started: a run that starts later forgets the run before the last.</param>
    public void Begin(long run)
    {
        if (run != _run)
        {
            (_run, _units, _before, _now) = (run, 0, _now, new HashSet<string>(StringComparer.Ordinal));
        }
    }

    /// <summary>Adds a value; false for one that is among them already.</summary>
    public bool Add(string value)
    {
        var isNew = _now.Add(value);
        _units += isNew ? value.Length : 0;
        return isNew;
    }
}
