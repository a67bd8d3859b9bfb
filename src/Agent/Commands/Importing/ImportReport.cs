using System.Globalization;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Something that could not be taken over, or needs a look.</summary>
/// <param name="Source">The file that it is about.</param>
/// <param name="Where">The place in it.</param>
/// <param name="What">What it is about, such as <c>endpoints[web].client.oauth2</c>.</param>
/// <param name="Message">Why, and what to do instead. It holds no secret.</param>
internal sealed record ImportNote(string Source, Location Where, string What, string Message)
{
    /// <summary>One line: <c>FILE:LINE: what: why and what to do instead</c>.</summary>
    public override string ToString() =>
        PlainText.Line(string.Create(CultureInfo.InvariantCulture, $"{Source}:{Where.Line}: {What}: {Message}"));
}

/// <summary>Collects what an import has to say.</summary>
/// <param name="source">The name of the file that is read.</param>
internal sealed class ImportReport(string source)
{
    private readonly List<ImportNote> _notes = [];
    private readonly OrderedDictionary<(string What, string Message), (Location First, int Count)> _repeated = [];

    /// <summary>How many notes there are, for <see cref="From"/>.</summary>
    public int Count => _notes.Count;

    /// <summary>The name of the file that is read.</summary>
    public string Source => source;

    /// <summary>What holds for many places alike, a note each with their number.</summary>
    private IEnumerable<ImportNote> Repeated => _repeated.Select(note => new ImportNote(
        source, note.Value.First, note.Key.What, note.Key.Message + (note.Value.Count > 1 ? $" ({note.Value.Count} times)" : "")));

    /// <summary>Notes one thing.</summary>
    public void Add(Location where, string what, string message) => _notes.Add(new ImportNote(source, where, what, message));

    /// <summary>Notes one thing that holds for many places alike; they become one note.</summary>
    public void AddRepeated(Location where, string what, string message) =>
        _repeated[(what, message)] = _repeated.TryGetValue((what, message), out var known)
            ? (known.First, known.Count + 1)
            : (where, 1);

    /// <summary>The notes since there were so many, each once.</summary>
    public IReadOnlyList<ImportNote> From(int count) => [.. _notes.Skip(count).Distinct()];

    /// <summary>The notes that belong to none of the items.</summary>
    public IReadOnlyList<ImportNote> Except(IEnumerable<ImportedItem> items) =>
        [.. _notes.Except(items.SelectMany(static item => item.Notes)).Concat(Repeated)];
}
