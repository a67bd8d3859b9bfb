using System.Collections.Concurrent;
using System.Globalization;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// Answers from the current snapshot, each rendered once a snapshot and not once a request. One that takes long to render,
/// as thousands of checks with their details do, is kept for ten times as long as that took, though for a second at the most:
/// so rendering never takes more than a tenth of the time, however often snapshots change and callers come.
/// </summary>
internal sealed class Answers(StateStore store, TimeProvider clock)
{
    /// <summary>How many answers to queries are kept. While these are of the current snapshot, others are rendered per request.</summary>
    public const int MostQueries = 64;

    /// <summary>The longest query, in characters, whose answer is kept.</summary>
    public const int LongestQuery = 512;

    // More than anybody polls alternately; what nobody asks for any more is not held for long.
    private const int MostKept = 256;
    private const int KeptFor = 10;
    private static readonly TimeSpan KeptAtMost = TimeSpan.FromSeconds(1);

    private Kept _kept = new(store.Current.Index);

    /// <summary>The answer to a key, made by <paramref name="render"/> where none is kept; null is an answer too.</summary>
    public Answer? For(AnswerKey key, Func<Snapshot, AnswerKey, Answer?> render)
    {
        var (current, kept) = (store.Current, Volatile.Read(ref _kept));
        if (!ReferenceEquals(kept.Index, current.Index))
        {
            // Another configuration has other checks: no answer of the previous one is given any more.
            kept = new Kept(current.Index);
            Volatile.Write(ref _kept, kept);
        }

        return kept.Of(key).TryGetValue(key, out var rendered) && IsGood(rendered, current) ? rendered.Answer : Render(kept, key, render);
    }

    private bool IsGood(Rendered rendered, Snapshot current) =>
        rendered.Version == current.Version || (rendered.Keep > TimeSpan.Zero && clock.GetElapsedTime(rendered.At) < rendered.Keep);

    private Answer? Render(Kept kept, AnswerKey key, Func<Snapshot, AnswerKey, Answer?> render)
    {
        // One request renders; those that come while it does take the same answer.
        lock (kept.LockOf(key))
        {
            var current = store.Current;
            if (kept.Of(key).TryGetValue(key, out var rendered) && IsGood(rendered, current))
            {
                return rendered.Answer;
            }

            var start = clock.GetTimestamp();
            if (render(current, key) is not { } answer)
            {
                // Not kept: names that do not exist are without number.
                return null;
            }

            var keep = KeptFor * clock.GetElapsedTime(start);
            answer = answer with { ETag = TagOf(current, key) };
            Keep(kept, key, new Rendered(current.Version, answer, clock.GetTimestamp(), keep < KeptAtMost ? keep : KeptAtMost));
            return answer;
        }
    }

    private void Keep(Kept kept, AnswerKey key, Rendered rendered)
    {
        if (key.Query is null)
        {
            kept.ByKey[key] = rendered;
            if (kept.ByKey.Count > MostKept)
            {
                Volatile.Write(ref _kept, new Kept(kept.Index));
            }
        }
        else if (key.Query.Length <= LongestQuery)
        {
            kept.KeepQuery(key, rendered);
        }
    }

    private static string TagOf(Snapshot current, AnswerKey key) => string.Create(
        CultureInfo.InvariantCulture,
        $"\"{current.StartedAt.ToUnixTimeMilliseconds():x}-{current.Version:x}-{key.Form.Letter()}{(key.Details ? "d" : "")}\"");

    private sealed record Rendered(long Version, Answer Answer, long At, TimeSpan Keep);

    /// <summary>The answers under one configuration.</summary>
    private sealed class Kept(PlanIndex index)
    {
        private readonly Lock[] _locks = [.. Enumerable.Range(0, 16).Select(_ => new Lock())];
        private readonly Lock _probes = new();
        private readonly ConcurrentDictionary<AnswerKey, Rendered> _byQuery = new();

        public PlanIndex Index => index;

        public ConcurrentDictionary<AnswerKey, Rendered> ByKey { get; } = new();

        /// <summary>Where the answer to a key is kept.</summary>
        public ConcurrentDictionary<AnswerKey, Rendered> Of(AnswerKey key) => key.Query is null ? ByKey : _byQuery;

        /// <summary>Keeps the answer to a query where there is room, or where those kept are of older snapshots.</summary>
        public void KeepQuery(AnswerKey key, Rendered rendered)
        {
            if (_byQuery.Count >= MostQueries && !_byQuery.ContainsKey(key))
            {
                foreach (var (old, one) in _byQuery)
                {
                    if (one.Version != rendered.Version)
                    {
                        _byQuery.TryRemove(old, out _);
                    }
                }

                if (_byQuery.Count >= MostQueries)
                {
                    return;
                }
            }

            _byQuery[key] = rendered;
        }

        /// <summary>
        /// The lock to render a key under: there are few, since names that callers invent have none of their own. Probes wait for no
        /// answer that takes long.
        /// </summary>
        public Lock LockOf(AnswerKey key) => key.View == Probes.View ? _probes : _locks[(uint)key.GetHashCode() % _locks.Length];
    }
}
