using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

public sealed class FoldTests
{
    [Theory]
    [InlineData("P", 3, 1, "H")]
    [InlineData("F", 3, 1, "?")]
    [InlineData("FF", 3, 1, "??")]
    [InlineData("FFF", 3, 1, "??U")]
    [InlineData("FFP", 3, 1, "??H")]
    [InlineData("PFFFPP", 3, 1, "HHHUHH")]
    [InlineData("PFFPFFPFFF", 3, 1, "HHHHHHHHHU")]
    [InlineData("FFFFF", 5, 1, "????U")]
    public void Apply_FailsInARow_MakeUnhealthyAtTheThresholdOnly(string outcomes, int failures, int successes, string statuses) =>
        StatusesOf(outcomes, failures, successes).ShouldBe(statuses);

    [Theory]
    [InlineData("PPP", 3, 2, "?HH")]
    [InlineData("PPP", 3, 3, "??H")]
    [InlineData("PFPFPF", 3, 2, "??????")]
    [InlineData("PPFFFPFPP", 3, 2, "?HHHUUUUH")]
    [InlineData("FFFPPWPPP", 3, 3, "??UUUUUUH")]
    [InlineData("PPPFP", 1, 3, "??HUU")]
    public void Apply_SuccessThresholdAboveOne_MakesHealthyAfterSoManyPasses(
        string outcomes, int failures, int successes, string statuses) =>
        StatusesOf(outcomes, failures, successes).ShouldBe(statuses);

    [Theory]
    [InlineData("W", 1, 1, "D")]
    [InlineData("WW", 3, 1, "??")]
    [InlineData("WWW", 3, 1, "??D")]
    [InlineData("PWWPWWW", 3, 1, "HHHHHHD")]
    [InlineData("PWWWP", 3, 1, "HHHDH")]
    [InlineData("PWWWP", 3, 2, "???DD")]
    public void Apply_WarnsInARow_MakeDegradedUnderTheRuleOfFails(string outcomes, int failures, int successes, string statuses) =>
        StatusesOf(outcomes, failures, successes).ShouldBe(statuses);

    [Theory]
    [InlineData("WFW", 3, 1, "??D")]
    [InlineData("FFW", 3, 1, "??D")]
    [InlineData("PWFWFWF", 3, 1, "HHHDDDD")]
    [InlineData("WWF", 3, 1, "??D")]
    [InlineData("WFFF", 3, 1, "??DU")]
    [InlineData("PWPFPWPF", 2, 1, "HHHHHHHH")]
    [InlineData("WF", 1, 1, "DU")]
    public void Apply_WarnsAndFailsByTurns_MakeDegradedWhatWasNotUnhealthy(string outcomes, int failures, int successes, string statuses) =>
        StatusesOf(outcomes, failures, successes).ShouldBe(statuses);

    [Theory]
    [InlineData("FFFW", 3, 1, "??UU")]
    [InlineData("FFFWFWF", 3, 1, "??UUUUU")]
    [InlineData("FFFWW", 3, 1, "??UUU")]
    [InlineData("FFFWWW", 3, 1, "??UUUD")]
    [InlineData("FFFWWF", 3, 1, "??UUUU")]
    [InlineData("FW", 1, 1, "UD")]
    public void Apply_WarnsAfterUnhealthy_MakeDegradedOnlyByThemselves(string outcomes, int failures, int successes, string statuses) =>
        StatusesOf(outcomes, failures, successes).ShouldBe(statuses);

    [Fact]
    public void Apply_FirstVerdict_IsATransitionFromUnknown()
    {
        var first = CheckState.Initial(Plans.Check(), Plans.At(0));

        var (next, transition) = Plans.Fold(first, Plans.Outcome('P'), Plans.At(3));

        first.HasVerdict.ShouldBeFalse();
        next.HasVerdict.ShouldBeTrue();
        next.Since.ShouldBe(Plans.Start + TimeSpan.FromSeconds(3));
        transition.ShouldNotBeNull();
        (transition.From, transition.To).ShouldBe((CheckStatus.Unknown, CheckStatus.Healthy));
        transition.Lasted.ShouldBe(TimeSpan.FromSeconds(3));
        transition.At.ShouldBe(next.Since);
    }

    [Fact]
    public void Apply_OutcomeWithoutVerdict_IsRememberedAndChangesNothingElse()
    {
        var first = CheckState.Initial(Plans.Check(), Plans.At(0));
        var outcome = Plans.Outcome('F');

        var (next, transition) = Plans.Fold(first, outcome, Plans.At(3));

        transition.ShouldBeNull();
        next.Last.ShouldBeSameAs(outcome);
        next.HasVerdict.ShouldBeFalse();
        next.Since.ShouldBe(Plans.Start);
        next.Transitions.ShouldBe(0);
        next.Executions.Endings.ShouldHaveSingleItem().ShouldBe(new ExecutionCount(Result.Fail, ErrorType.Timeout, 1));
        first.Last.ShouldBeNull("a state is never changed");
    }

    [Fact]
    public void Apply_Transition_NamesTheOutcomeThatMadeTheVerdict()
    {
        var outcomes = new[] { Plans.Outcome('F'), Plans.Outcome('F'), Plans.Outcome(Result.Fail, ErrorType.Dns, "no such name") };
        var state = CheckState.Initial(Plans.Check(), Plans.At(0));
        Transition? transition = null;
        foreach (var outcome in outcomes)
        {
            (state, transition) = Plans.Fold(state, outcome, Plans.At(0));
        }

        transition.ShouldNotBeNull();
        (transition.Reason, transition.ErrorType).ShouldBe(("no such name", ErrorType.Dns));
        transition.Plan.ShouldBeSameAs(state.Plan);
    }

    [Theory]
    [InlineData('H', 'P', false)]
    [InlineData('H', 'W', true)]
    [InlineData('H', 'F', true)]
    [InlineData('D', 'P', true)]
    [InlineData('D', 'W', false)]
    [InlineData('D', 'F', true)]
    [InlineData('U', 'P', true)]
    [InlineData('U', 'W', true)]
    [InlineData('U', 'F', false)]
    [InlineData('?', 'P', true)]
    [InlineData('?', 'W', true)]
    [InlineData('?', 'F', true)]
    public void IsContradicted_ByStatusAndLatestOutcome_IsWhetherTheyDisagree(char status, char latest, bool contradicted) =>
        (Plans.Check().InStatus(Plans.StatusOf(status)) with { Last = Plans.Outcome(latest) }).IsContradicted.ShouldBe(contradicted);

    [Fact]
    public void IsContradicted_BeforeTheFirstRun_IsFalse() => CheckState.Initial(Plans.Check(), Plans.At(0)).IsContradicted.ShouldBeFalse();

    private static string StatusesOf(string outcomes, int failures, int successes)
    {
        var state = CheckState.Initial(Plans.Check(failureThreshold: failures, successThreshold: successes), Plans.At(0));
        return string.Concat(outcomes.Select(outcome =>
        {
            (state, _) = Plans.Fold(state, Plans.Outcome(outcome), Plans.At(0));
            return state.Status.Letter();
        }));
    }
}
