using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>
/// What to try first, from what a run saw: the most particular that there is. The texts of the target in them are those that may be shown.
/// </summary>
internal static class Hints
{
    private static readonly Func<FailedRun, IEnumerable<string>>[] Sources =
    [
        CertificateHints.For, ResponseHints.For, ReasonHints.For, MissHints.For, ErrorHints.For,
    ];

    /// <summary>The hints for a run; none for a pass.</summary>
    /// <param name="record">The run.</param>
    /// <param name="explained">What it did; null where nobody asked.</param>
    public static IReadOnlyList<string> For(RunRecord record, ExplainedRun? explained)
    {
        if (record.Result == Result.Pass)
        {
            return [];
        }

        var run = FailedRun.Of(record, explained);
        return Sources.Select(source => source(run).ToList()).FirstOrDefault(static hints => hints.Count > 0) ?? [];
    }
}
