using System.Collections.Frozen;

namespace HealthAgent.Checks;

/// <summary>The kinds that a configuration may name.</summary>
/// <exception cref="ArgumentException">Two kinds have the same name.</exception>
internal sealed class KindIndex(IEnumerable<CheckKind> kinds)
{
    private readonly FrozenDictionary<string, CheckKind> _byName = kinds.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>The kinds, by name.</summary>
    public IEnumerable<CheckKind> All => _byName.Values.OrderBy(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>The activity sources of all of them.</summary>
    public string[] TraceSources => [.. _byName.Values.SelectMany(kind => kind.TraceSources).Distinct(StringComparer.Ordinal)];

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => _byName.Keys;

    /// <summary>The kind of a name; null when there is none.</summary>
    public CheckKind? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The meaning of an exception to the first kind whose driver throws such; null when there is none.</summary>
    public ErrorType? Classify(Exception exception)
    {
        foreach (var kind in _byName.Values)
        {
            if (kind.Classify(exception) is { } type)
            {
                return type;
            }
        }

        return null;
    }
}
