using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>What holds of the fold over random outcomes.</summary>
public sealed class FoldLawsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Apply_RandomHistories_ObeyTheLaws(int seed)
    {
        var random = new Random(seed);
        for (var history = 0; history < 250; history++)
        {
            var plan = Plans.Check(failureThreshold: random.Next(1, 5), successThreshold: random.Next(1, 5));
            var outcomes = new string([.. Enumerable.Range(0, 60).Select(_ => "PPWFF"[random.Next(5)])]);
            Follow(plan, outcomes);
        }
    }

    private static void Follow(CheckPlan plan, string outcomes)
    {
        var state = CheckState.Initial(plan, Plans.At(0));
        var (changes, since, told) = (0, Plans.Start, Plans.Start);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var (before, now) = (state, Plans.At(i + 1));
            var what = $"{outcomes[..(i + 1)]} with {plan.FailureThreshold} and {plan.SuccessThreshold}";

            (state, var transition) = Plans.Fold(before, Plans.Outcome(outcomes[i]), now);

            bool LastAre(int threshold, string among) => i + 1 >= threshold && outcomes[(i + 1 - threshold)..(i + 1)].All(among.Contains);
            var changed = state.Status != before.Status;
            (transition is not null).ShouldBe(state.Status != before.LastReportedStatus && !state.IsFlapping, what);
            if (transition is not null)
            {
                (transition.From, transition.To, transition.Lasted)
                    .ShouldBe((before.LastReportedStatus, state.Status, now.At - told), what);
                (changes, told) = (changes + 1, now.At);
            }

            if (changed)
            {
                state.Status.ShouldNotBe(CheckStatus.Unknown, what);
                var earned = state.Status switch
                {
                    CheckStatus.Healthy => LastAre(plan.SuccessThreshold, "P"),
                    CheckStatus.Unhealthy => LastAre(plan.FailureThreshold, "F"),
                    _ => LastAre(plan.FailureThreshold, before.Status == CheckStatus.Unhealthy ? "W" : "WF"),
                };
                earned.ShouldBeTrue(what);
                since = now.At;
            }

            if (LastAre(plan.SuccessThreshold, "P"))
            {
                state.Status.ShouldBe(CheckStatus.Healthy, what);
            }

            if (LastAre(plan.FailureThreshold, "F"))
            {
                state.Status.ShouldBe(CheckStatus.Unhealthy, what);
            }

            if (LastAre(plan.FailureThreshold, "W"))
            {
                state.Status.ShouldBe(CheckStatus.Degraded, what);
            }

            state.Transitions.ShouldBe(changes, what);
            state.Since.ShouldBe(since, what);
            state.HasVerdict.ShouldBe(since != Plans.Start, what);
            foreach (var (letter, result) in new[] { ('P', Result.Pass), ('W', Result.Warn), ('F', Result.Fail) })
            {
                state.Executions.Endings.Where(ending => ending.Result == result).Sum(ending => ending.Count)
                    .ShouldBe(outcomes[..(i + 1)].Count(outcome => outcome == letter), what);
            }
        }
    }
}
