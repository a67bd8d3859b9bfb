using System.Globalization;
using HealthAgent.Reload;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Reload;

public sealed class DebounceTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("0", "200")]
    [InlineData("0 100", "300")]
    [InlineData("0 200", "200 400")]
    [InlineData("0 150 300 450 600 750 900", "1000")]
    [InlineData("0 150 300 450 600 750 900 1050", "1000 1250")]
    [InlineData("50 60 5000", "260 5200")]
    public void Changes_AtTimes_AreTakenAfterAPauseOrTheLongestWait(string changes, string taken)
    {
        var debounce = new Debounce(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1));
        var pending = new Queue<int>(
            changes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(at => int.Parse(at, CultureInfo.InvariantCulture)));
        var takes = new List<int>();
        for (var now = 0; now < 10_000; now += 10)
        {
            if (debounce.TryTake(TimeSpan.FromMilliseconds(now)))
            {
                takes.Add(now);
            }

            if (pending.TryPeek(out var at) && at == now)
            {
                debounce.Changed(TimeSpan.FromMilliseconds(pending.Dequeue()));
            }
        }

        string.Join(' ', takes).ShouldBe(taken);
        debounce.Due.ShouldBeNull();
    }

    [Fact]
    public async Task Changes_FiftyTimesASecond_AreTakenOnceASecondAndAtTheEnd()
    {
        var clock = new LoopClock();
        using var changes = new SourceChanges(clock);
#pragma warning disable CA2012 // Whether it has ended is to be known at once, and it is awaited once.
        var (taken, wait) = (0, changes.WaitAsync(CancellationToken.None));
        async Task StepAsync()
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            if (wait.IsCompleted)
            {
                await wait;
                (taken, wait) = (taken + 1, changes.WaitAsync(CancellationToken.None));
            }
        }

#pragma warning restore CA2012

        for (var i = 0; i < 60 * 50; i++)
        {
            changes.Note();
            await StepAsync();
        }

        taken.ShouldBeInRange(55, 60);
        changes.Note();
        var before = taken;
        for (var i = 0; i < 50; i++)
        {
            await StepAsync();
        }

        taken.ShouldBe(before + 1, "the last state is taken, and then there is nothing more");
    }
}
