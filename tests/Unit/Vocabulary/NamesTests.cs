using HealthAgent.State;

namespace HealthAgent.Unit.Vocabulary;

public sealed class NamesTests
{
    [Fact]
    public void ErrorTypes_ByName_AreTheClosedListOfTheContract() =>
        string.Join(' ', Enum.GetValues<ErrorType>().Select(type => type.Name())).ShouldBe(
            "timeout dns connection_refused connection_reset connection_failed tls certificate_invalid certificate_expired "
            + "authentication authorization protocol unexpected_status expectation not_found resource_exhausted missed_heartbeat exec "
                + "internal");

    [Fact]
    public void Tiers_ByName_AreThoseOfTheContract() =>
        TierNames.Tiers.Keys.ShouldBe(["liveness", "dependency", "functional"]);

    [Fact]
    public void Impacts_ByName_AreThoseOfTheContract() =>
        TierNames.Impacts.Keys.ShouldBe(["critical", "degrading", "none"]);
}
