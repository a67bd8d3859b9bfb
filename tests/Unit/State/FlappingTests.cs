using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

public sealed class FlappingTests
{
    [Theory]
    [InlineData("PPPPPPPPPPPPPPPPPPPPP", 0)]
    [InlineData("PFPFPFPFPFPFPFPFPFPFP", 100)]
    [InlineData("PPPPPPPPPPPPPPPPPPPPF", 6.25)]
    [InlineData("PFFFFFFFFFFFFFFFFFFFF", 3.75)]
    [InlineData("PFFFFFFFFFFFFFFFFFFFFF", 0)]
    [InlineData("PWPPPPPPPPPPPPPPPPPPP", 7.63)]
    [InlineData("", 0)]
    [InlineData("F", 0)]
    public void Share_OfTheLastTwentyOneOutcomes_WeighsTheNewerMore(string outcomes, double share) =>
        Math.Round(After(outcomes).Share, 2).ShouldBe(share);

    [Fact]
    public void IsFlapping_BetweenTheMarks_StaysAsItWas()
    {
        var between = After("PFPFPPPPPPPPPPPPPPPFP");
        between.Share.ShouldBeInRange(FlapHistory.Low, FlapHistory.High);

        between.IsFlapping(before: true).ShouldBeTrue();
        between.IsFlapping(before: false).ShouldBeFalse();
    }

    [Fact]
    public void Outage_OneThatBeginsAndEnds_IsNoFlapping()
    {
        var state = CheckState.Initial(Plans.Check(), Plans.At(0));
        foreach (var letter in "PPPPPPPPPPFFFFFFPPPPPPPPPP")
        {
            (state, _) = Plans.Fold(state, Plans.Outcome(letter), Plans.At(0));
            state.IsFlapping.ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData('F', "U")]
    [InlineData('P', "H")]
    public void Record_ChecksThatFlap_TellTheBeginningAndTheEndAndNothingBetween(char settled, string status)
    {
        var listener = new Flips();
        var store = new StateStore(Plans.Agent(Plans.Check(failureThreshold: 1)), new AgentClock(TimeProvider.System), [listener]);

        foreach (var letter in "PPPP" + string.Concat(Enumerable.Repeat("FP", 12)) + new string(settled, 25))
        {
            store.Record([new CompletedRun(0, Plans.Outcome(letter), Span: null)]);
        }

        var begin = listener.Lines.IndexOf("flaps");
        var end = listener.Lines.IndexOf("settles");
        begin.ShouldBeGreaterThan(1);
        end.ShouldBe(begin + 1, string.Join(", ", listener.Lines));
        listener.Lines.Count(line => line is "flaps" or "settles").ShouldBe(2);
        listener.Lines.Last(line => line.Length == 1).ShouldBe(status, "what it came to is known once it settled");
        listener.Lines.Count.ShouldBeLessThanOrEqualTo(end + 2);
        store.Current.Checks[0].Executions.Endings.Sum(ending => ending.Count).ShouldBe(4 + 24 + 25);
    }

    private static FlapHistory After(string outcomes) =>
        outcomes.Aggregate(default(FlapHistory), (history, letter) => history.With(Plans.ResultOf(letter)));

    private sealed class Flips : IStateListener
    {
        public List<string> Lines { get; } = [];

        public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
        {
            if (transition is not null)
            {
                OnTransition(transition);
            }
        }

        public void OnFlapping(CheckState state, CompletedRun run) => Lines.Add(state.IsFlapping ? "flaps" : "settles");

        public void OnTransition(Transition transition) => Lines.Add(transition.To.Letter().ToString());
    }
}
