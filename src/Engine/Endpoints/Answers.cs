using System.Collections.Concurrent;
using System.Globalization;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>What an answer is about.</summary>
/// <param name="View">Which of the surfaces' forms.</param>
/// <param name="Name">Of a check or roll-up; empty where the view has none.</param>
/// <param name="Details">Whether the caller sees details.</param>
internal readonly record struct AnswerKey(string View, string Name, bool Details);

/// <summary>
/// Answers from the current snapshot, each rendered once a snapshot and not once a request. One that takes long to render,
/// as thousands of checks with their details do, is kept for ten times as long as that took, though for a second at the most:
/// so rendering never takes more than a tenth of the time, however often snapshots change and callers come.
/// </summary>
internal sealed class Answers(StateStore store, TimeProvider clock)
{
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

        return kept.ByKey.TryGetValue(key, out var rendered) && IsGood(rendered, current) ? rendered.Answer : Render(kept, key, render);
    }

    private bool IsGood(Rendered rendered, Snapshot current) =>
        rendered.Version == current.Version || (rendered.Keep > TimeSpan.Zero && clock.GetElapsedTime(rendered.At) < rendered.Keep);

    private Answer? Render(Kept kept, AnswerKey key, Func<Snapshot, AnswerKey, Answer?> render)
    {
        // One request renders; those that come while it does take the same answer.
        lock (kept.LockOf(key))
        {
            var current = store.Current;
            if (kept.ByKey.TryGetValue(key, out var rendered) && IsGood(rendered, current))
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
            var startedAt = current.StartedAt.ToUnixTimeMilliseconds();
            var tag = string.Create(CultureInfo.InvariantCulture, $"\"{startedAt:x}-{current.Version:x}\"");
            answer = answer with { ETag = tag };
            kept.ByKey[key] = new Rendered(current.Version, answer, clock.GetTimestamp(), keep < KeptAtMost ? keep : KeptAtMost);
            if (kept.ByKey.Count > MostKept)
            {
                Volatile.Write(ref _kept, new Kept(kept.Index));
            }

            return answer;
        }
    }

    private sealed record Rendered(long Version, Answer Answer, long At, TimeSpan Keep);

    /// <summary>The answers under one configuration.</summary>
    private sealed class Kept(PlanIndex index)
    {
        private readonly Lock[] _locks = [.. Enumerable.Range(0, 16).Select(_ => new Lock())];

        public PlanIndex Index => index;

        public ConcurrentDictionary<AnswerKey, Rendered> ByKey { get; } = new();

        /// <summary>The lock to render a key under: there are few, since names that callers invent have none of their own.</summary>
        public Lock LockOf(AnswerKey key) => _locks[(uint)key.GetHashCode() % _locks.Length];
    }
}
