using System.Globalization;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

public sealed class RollUpTests
{
    [Theory]
    [InlineData(Impact.Critical, "?HDU", "?HDU")]
    [InlineData(Impact.Degrading, "?HDU", "DHDD")]
    [InlineData(Impact.None, "?HDU", "HHHH")]
    public void ByImpact_OfEachStatus_IsNoWorseThanTheImpactAllows(Impact impact, string statuses, string contributions) =>
        string.Concat(statuses.Select(status => RollUp.ByImpact(Plans.Check(impact: impact).InStatus(Plans.StatusOf(status))).Letter()))
            .ShouldBe(contributions);

    [Theory]
    [InlineData("", 'H')]
    [InlineData("H", 'H')]
    [InlineData("HD", 'D')]
    [InlineData("H?", '?')]
    [InlineData("HU", 'U')]
    [InlineData("D?", '?')]
    [InlineData("?D", '?')]
    [InlineData("DU", 'U')]
    [InlineData("?U", 'U')]
    [InlineData("U?", 'U')]
    [InlineData("HD?UHD?", 'U')]
    public void Of_SeveralChecks_IsTheWorstThatAnyContributes(string statuses, char worst) =>
        Of(statuses).Status.Letter().ShouldBe(worst);

    [Fact]
    public void Of_ChecksThatAreNotHealthy_NamesThemAsCausesInOrder() => CausesOf("HUH?D").ShouldBe([1, 3, 4]);

    [Fact]
    public void Of_HealthyChecks_HasNoCauses() => CausesOf("HHH").ShouldBeEmpty();

    [Fact]
    public void Of_CheckWithoutImpact_IsNoCause()
    {
        CheckStates states = [Plans.Check(impact: Impact.None).InStatus(CheckStatus.Unhealthy)];

        var rollUp = RollUp.Of("any", [0], states, RollUp.ByImpact);

        rollUp.Status.ShouldBe(CheckStatus.Healthy);
        rollUp.CausesAmong(states).ShouldBeEmpty();
    }

    [Fact]
    public void Of_SomeOfTheChecks_LooksAtNoOthers()
    {
        var states = StatesOf("UHUDU");

        var rollUp = RollUp.Of("any", [1, 3], states, RollUp.ByImpact);

        rollUp.Status.ShouldBe(CheckStatus.Degraded);
        rollUp.CausesAmong(states).ShouldBe([states[3]]);
    }

    [Theory]
    [InlineData('?', '?')]
    [InlineData('H', 'H')]
    [InlineData('D', 'H')]
    [InlineData('U', 'H')]
    public void ByVerdict_OfEachStatus_IsWhetherThereWasOne(char status, char contribution) =>
        RollUp.ByVerdict(Plans.Check().InStatus(Plans.StatusOf(status))).Letter().ShouldBe(contribution);

    [Fact]
    public void ByVerdict_UnknownAfterAVerdict_StaysHealthy() =>
        RollUp.ByVerdict(Plans.Check().InStatus(CheckStatus.Unknown) with { HasVerdict = true }).ShouldBe(CheckStatus.Healthy);

    [Theory]
    [InlineData('?', false)]
    [InlineData('H', true)]
    [InlineData('D', true)]
    [InlineData('U', false)]
    public void IsUp_OfEachStatus_IsWhetherOneMayRelyOnIt(char status, bool up) => Plans.StatusOf(status).IsUp().ShouldBe(up);

    private static RollUp Of(string statuses) =>
        RollUp.Of("any", [.. Enumerable.Range(0, statuses.Length)], StatesOf(statuses), RollUp.ByImpact);

    private static IEnumerable<int> CausesOf(string statuses) =>
        Of(statuses).CausesAmong(StatesOf(statuses)).Select(state => int.Parse(state.Plan.Name, CultureInfo.InvariantCulture));

    private static CheckStates StatesOf(string statuses) =>
        [.. statuses.Index()
            .Select(pair => Plans.Check(pair.Index.ToString(CultureInfo.InvariantCulture)).InStatus(Plans.StatusOf(pair.Item)))];
}
