using CsCheck;

namespace HealthAgent.Unit.State;

/// <summary>
/// What holds whatever happens: over random outcomes, times, clocks that are set, machines that sleep, and configurations.
/// </summary>
public sealed class LawsTests
{
    private const int HowMany = 100_000;

    [Fact]
    public void State_RandomHistories_KeepsTheLaws() =>
        Histories.All.Sample(history => new HistoryFollower(history.First).Follow(history.Steps), iter: HowMany);
}
