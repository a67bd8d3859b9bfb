using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

public sealed class AgendaTests
{
    private readonly Agenda _agenda = new(new Random(1));

    [Fact]
    public void Replace_OverAndOver_HoldsNoEntryOfWhatIsGone()
    {
        var stays = Plans.Check("stays", interval: TimeSpan.FromHours(24));
        for (var second = 0; second < 1000; second++)
        {
            _agenda.Replace([stays, Plans.Check($"pod-{second}", interval: TimeSpan.FromHours(24))], TimeSpan.FromSeconds(second));
        }

        _agenda.Entries.ShouldBe(2);
        Due(TimeSpan.FromSeconds(1000)).ShouldBe(["stays", "pod-999"]);
    }

    [Fact]
    public void BringForward_OverAndOver_HoldsABoundedNumberOfEntries()
    {
        _agenda.Replace([Plans.Check("a", interval: TimeSpan.FromHours(24))], TimeSpan.Zero);
        for (var second = 1; second <= 1000; second++)
        {
            var now = TimeSpan.FromSeconds(second);
            Due(now);
            _agenda.PlanNext(_agenda.Checks[0], soon: false, now);
            _agenda.BringForward(_agenda.Checks[0], now);
        }

        _agenda.Entries.ShouldBeLessThan(100);
        Due(TimeSpan.FromSeconds(1000)).ShouldBe(["a"]);
    }

    private List<string> Due(TimeSpan now)
    {
        var due = new List<string>();
        while (_agenda.TakeDue(now) is { } check)
        {
            due.Add(check.Plan.Name);
        }

        return due;
    }
}
