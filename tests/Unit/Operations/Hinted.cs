using System.Collections.Immutable;
using HealthAgent.Explanation;
using HealthAgent.Operations;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Operations;

/// <summary>The hints for a run.</summary>
internal static class Hinted
{
    /// <summary>Runs a check once against a real peer: why it failed, and the hints.</summary>
    public static async Task<(RunRecord Record, IReadOnlyList<string> Hints)> RunAsync(params string[] lines)
    {
        var (record, explained) = await Explained.RunAsync(lines);
        return (record, Hints.For(record, explained));
    }

    /// <summary>Runs a check that fails, and compares why, and the only hint.</summary>
    public static async Task FailsAsync(string[] lines, ErrorType type, string reason, string hint)
    {
        var (record, hints) = await RunAsync(lines);

        record.ErrorType.ShouldBe(type, record.Reason);
        record.Reason.ShouldNotBeNull().ShouldContain(reason);
        hints.ShouldHaveSingleItem().ShouldStartWith(hint);
    }

    /// <summary>The hints for a run of which no more is known than why it failed.</summary>
    public static IReadOnlyList<string> For(ErrorType type, string reason, ExplainedRun? explained = null) =>
        Hints.For(
        new RunRecord(
            new CheckVerdict(HealthAgent.State.Result.Fail, type, reason, ImmutableArray<Observation>.Empty, []), default, TimeSpan.Zero),
        explained);
}
