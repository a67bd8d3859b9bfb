namespace HealthAgent.Planning;

/// <summary>What <c>dependsOn</c> may say: the names of other checks, and never in a circle.</summary>
internal sealed class Dependencies
{
    // Everybody above a check is known to it, so a chain costs its length squared; longer ones than this are a mistake.
    private const int Deepest = 32;

    private readonly IReadOnlyList<SourcedCheck> _checks;
    private readonly IReadOnlyDictionary<string, SourcedCheck> _byName;

    /// <summary>Those among some checks.</summary>
    /// <param name="checks">The checks of all sources.</param>
    /// <param name="byName">The same by their names.</param>
    public Dependencies(IReadOnlyList<SourcedCheck> checks, IReadOnlyDictionary<string, SourcedCheck> byName) =>
        (_checks, _byName) = (checks, byName);

    /// <summary>
    /// The names of the checks that one depends on. In place of one that is switched off stand those that it depends on itself: without
    /// them the check has no meaning either, and for one that never runs nothing must wait. Names that no check has are left out.
    /// </summary>
    public IReadOnlyList<string> Of(SourcedCheck check)
    {
        if (check.DependsOn.Count == 0)
        {
            return [];
        }

        var (parents, skipped) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        Collect(check);
        return [.. parents.Distinct(StringComparer.Ordinal)];

        void Collect(SourcedCheck child)
        {
            foreach (var (_, parent) in child.DependsOn)
            {
                if (!_byName.TryGetValue(parent, out var known))
                {
                    continue;
                }

                if (known.Resolve is not null)
                {
                    parents.Add(parent);
                }
                else if (skipped.Add(parent))
                {
                    Collect(known);
                }
            }
        }
    }

    /// <summary>Finds every circle once, and chains that are too long.</summary>
    /// <param name="reject">Called with a check and what is wrong with what it depends on.</param>
    public void Validate(Action<SourcedCheck, string> reject)
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var check in _checks)
        {
            Follow(check, [], depths, reject);
        }
    }

    /// <summary>How many checks stand above one another up to this one, itself included.</summary>
    private int Follow(SourcedCheck check, List<string> way, Dictionary<string, int> depths, Action<SourcedCheck, string> reject)
    {
        if (way.IndexOf(check.Name) is var circle and >= 0)
        {
            reject(check, $"the checks depend on each other in a circle: {string.Join(" → ", way.Skip(circle).Append(check.Name))}");
            return 0;
        }

        if (depths.TryGetValue(check.Name, out var known))
        {
            return known;
        }

        depths[check.Name] = 0;
        var depth = 1;
        foreach (var (_, parent) in way.Count < Deepest ? check.DependsOn : [])
        {
            if (_byName.TryGetValue(parent, out var next))
            {
                depth = Math.Max(depth, 1 + Follow(next, [.. way, check.Name], depths, reject));
            }
        }

        if (depth > Deepest || (way.Count == Deepest && check.DependsOn.Count > 0))
        {
            reject(check, $"more than {Deepest} checks depend on one another in a row");
            depth = 0;
        }

        return depths[check.Name] = depth;
    }
}
