using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>What other checks, and the calendar, mean for a check.</summary>
/// <param name="SuppressedBy">The unhealthy check at the root of it, through any depth; null when there is none.</param>
/// <param name="InDoubt">
/// Whether what happens to this check may be a mere consequence: one of them, at any depth, failed just now and has no
/// verdict yet, or was not asked since this check began to miss. It is reported only once that is decided.
/// </param>
/// <param name="Maintenance">The maintenance window that is open for the check, if any.</param>
/// <param name="Silence">The silence that is open for the check, if any.</param>
internal readonly record struct DependencyContext(string? SuppressedBy, bool InDoubt, string? Maintenance = null, string? Silence = null);

/// <summary>Who depends on whom, by position: settled once for a set of plans, which has no circles.</summary>
internal sealed class DependencyGraph
{
    private readonly int[][] _ancestors;
    private readonly int[][] _parents;
    private readonly int[] _ranks;
    private readonly int[][] _descendants;

    public DependencyGraph(IReadOnlyList<CheckPlan> plans, IReadOnlyDictionary<string, int> positions)
    {
        _parents = [.. plans.Select(plan => plan.DependsOn.Where(positions.ContainsKey).Select(name => positions[name]).ToArray())];
        _ranks = new int[plans.Count];
        for (var position = 0; position < plans.Count; position++)
        {
            Rank(position);
        }

        var children = _parents.Index().SelectMany(pair => pair.Item.Select(parent => (parent, child: pair.Index)))
            .ToLookup(edge => edge.parent, edge => edge.child);
        var all = Enumerable.Range(0, plans.Count);
        _ancestors = [.. all.Select(position => Reach(position, child => _parents[child]).ToArray())];
        _descendants = [.. all.Select(position => Reach(position, parent => children[parent]).OrderBy(below => _ranks[below]).ToArray())];
    }

    /// <summary>All checks, parents before children.</summary>
    public IEnumerable<int> ParentsFirst => Enumerable.Range(0, _ranks.Length).OrderBy(position => _ranks[position]);

    /// <summary>All that depend on a check at any depth, parents before children.</summary>
    public int[] Descendants(int position) => _descendants[position];

    /// <summary>Whether those below a check have to look at it again: what <see cref="Around"/> takes from it is not what it was.</summary>
    public static bool IsSeenDifferently(CheckState before, CheckState after) =>
        (before.Status, before.SuppressedBy, IsUndecided(before)) != (after.Status, after.SuppressedBy, IsUndecided(after));

    /// <summary>What surrounds a check, once its parents are settled.</summary>
    public DependencyContext Around(int position, CheckStates.Builder states)
    {
        string? root = null;
        foreach (var parent in _parents[position])
        {
            var state = states[parent];
            root ??= state.SuppressedBy ?? (state.Status == CheckStatus.Unhealthy ? state.Plan.Name : null);
        }

        return new DependencyContext(root, InDoubt: Array.Exists(_ancestors[position], ancestor =>
            IsUndecided(states[ancestor]) || WasNotAskedSince(states[position], states[ancestor])));
    }

    /// <summary>The checks that should be asked now, since this one misses and they may be why.</summary>
    public IEnumerable<int> Suspects(int position, CheckStates.Builder states) =>
        _ancestors[position].Where(ancestor =>
            states[ancestor].SuppressedBy is null && WasNotAskedSince(states[position], states[ancestor]));

    private static bool IsUndecided(CheckState state) => state.Last?.Result == Result.Fail && state.Status != CheckStatus.Unhealthy;

    private static bool WasNotAskedSince(CheckState state, CheckState ancestor) =>
        state.MissesSince is { } since && (ancestor.Last is null || ancestor.LastStarted < since);

    /// <summary>The longest way up to a check that depends on none.</summary>
    private int Rank(int position)
    {
        if (_ranks[position] == 0 && _parents[position].Length > 0)
        {
            _ranks[position] = 1 + _parents[position].Max(Rank);
        }

        return _ranks[position];
    }

    /// <summary>All that can be reached from a position, by any number of steps.</summary>
    private static HashSet<int> Reach(int position, Func<int, IEnumerable<int>> steps)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>(steps(position));
        while (open.TryPop(out var reached))
        {
            if (found.Add(reached))
            {
                foreach (var next in steps(reached))
                {
                    open.Push(next);
                }
            }
        }

        return found;
    }
}
