using CsCheck;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>Random configurations, and what may befall them.</summary>
internal static class Histories
{
    private const int MostChecks = 6;
    private const int LongestHistory = 40;

    /// <summary>A check as it may be written: a few variants of a few names, so that configurations often have some alike.</summary>
    internal readonly record struct Written(
        int Name, int Failures, int Successes, int Parents, int Tier, int Impact, int Group, int Interval);

    /// <summary>A configuration: its checks, and when its one maintenance window begins, in seconds, for every second check.</summary>
    internal sealed record Configuration(Written[] Checks, int WindowAt);

    /// <summary>What happens.</summary>
    internal abstract record Step
    {
        /// <summary>Runs end, each given by a number for the check and a letter.</summary>
        internal sealed record Runs((int Check, char Letter)[] Ended) : Step;

        /// <summary>Time passes, and the agent looks at it.</summary>
        internal sealed record Pass(int Seconds) : Step;

        /// <summary>The clock on the wall is set.</summary>
        internal sealed record Set(int Seconds) : Step;

        /// <summary>The machine sleeps.</summary>
        internal sealed record Sleep(int Seconds) : Step;

        /// <summary>An operator acknowledges what is wrong with a check, for so many seconds, or takes that back.</summary>
        internal sealed record Acknowledge(int Check, int? Seconds) : Step;

        /// <summary>An operator makes a window for so many seconds, for every second check, or removes all of them.</summary>
        internal sealed record Window(bool IsSilence, int? Seconds, int Start) : Step;

        /// <summary>Another configuration comes into force.</summary>
        internal sealed record Reload(Configuration Next) : Step;
    }

    private static readonly Gen<Written> Check = Gen.Select(
        Gen.Int[0, MostChecks + 1], Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[0, 1 << (MostChecks + 2)], Gen.Int[0, 8], Gen.Int[0, 2],
        (name, failures, successes, parents, kind, group) =>
            new Written(name, failures, successes, Sparse(parents), kind / 3, kind % 3, group, 5 * failures));

    private static readonly Gen<Configuration> Written_ = Gen.Select(
        Check.Array[0, MostChecks], Gen.Int[0, 600],
        (checks, window) => new Configuration([.. checks.DistinctBy(check => check.Name)], window));

    private static readonly Gen<Step> Any = Gen.Frequency<Step>(
        (10, Gen.Select(Gen.Int[0, MostChecks], Gen.Char["PPPWFFFF"]).Array[1, 4].Select(Step (ended) => new Step.Runs(ended))),
        (5, Gen.Int[0, 25].Select(Step (seconds) => new Step.Pass(seconds))),
        (1, Gen.Int[-4000, 4000].Select(Step (seconds) => new Step.Set(seconds))),
        (1, Gen.Int[0, 4000].Select(Step (seconds) => new Step.Sleep(seconds))),
        (1, Gen.Select(Gen.Int[0, MostChecks], Gen.Int[0, 200].Nullable(0.2)).Select(
            Step (check, seconds) => new Step.Acknowledge(check, seconds))),
        (1, Gen.Select(Gen.Bool, Gen.Int[1, 100].Nullable(0.2), Gen.Int[-20, 20]).Select(
            Step (isSilence, seconds, start) => new Step.Window(isSilence, seconds, start))),
        (1, Written_.Select(Step (next) => new Step.Reload(next))));

    /// <summary>A configuration to start with, and what happens to it.</summary>
    public static readonly Gen<(Configuration First, Step[] Steps)> All = Gen.Select(Written_, Any.Array[1, LongestHistory]);

    /// <summary>The plan of a check; parents are those of lower names, so that there is never a circle.</summary>
    public static CheckPlan ToPlan(this Written written, ISet<int> names) => Plans.Check(
        Name(written.Name),
        (Tier)written.Tier,
        (Impact)written.Impact,
        written.Group == 0 ? null : $"group-{written.Group}",
        written.Failures,
        written.Successes,
        TimeSpan.FromSeconds(written.Interval),
        dependsOn: [.. Enumerable.Range(0, written.Name).Where(parent => (written.Parents >> parent & 1) != 0 && names.Contains(parent))
            .Select(Name)]);

    private static string Name(int number) => $"check-{number}";

    // One parent in four, so that there are chains and diamonds but also checks without any.
    private static int Sparse(int parents) => parents & (parents >> 1) & 0b1101_1011;
}
