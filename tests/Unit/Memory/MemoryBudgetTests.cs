using System.Diagnostics.Metrics;
using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Memory;

public sealed class MemoryBudgetTests
{
    private readonly MemoryBudget _budget = new(100);

    [Fact]
    public async Task TakeAsync_WhileThereIsNoRoom_WaitsInLine()
    {
        await _budget.TakeAsync(60, default);
        var large = _budget.TakeAsync(80, default);
        // It would fit, but came later.
        var small = _budget.TakeAsync(10, default);
        (large.IsCompleted, small.IsCompleted, _budget.Held).ShouldBe((false, false, 60L));

        _budget.GiveBack(60);

        await large;
        await small;
        _budget.Held.ShouldBe(90);
    }

    [Fact]
    public async Task TakeAsync_CanceledInLine_HoldsNobodyUp()
    {
        await _budget.TakeAsync(60, default);
        using var deadline = new CancellationTokenSource();
        var large = _budget.TakeAsync(80, deadline.Token);
        var small = _budget.TakeAsync(40, default);

        await deadline.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(large)).CancellationToken.ShouldBe(deadline.Token);
        await small;
        _budget.Held.ShouldBe(100);
        _budget.GiveBack(100);
        _budget.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Limit_ThatIsRaised_AdmitsThoseInLine()
    {
        await _budget.TakeAsync(60, default);
        var next = _budget.TakeAsync(80, default);
        _budget.Limit = 140;
        await next;
        _budget.Held.ShouldBe(140);
    }

    [Fact]
    public async Task Limit_ThatIsLowered_LetsWhatIsLargerRunAlone()
    {
        await _budget.TakeAsync(60, default);
        var large = _budget.TakeAsync(80, default);
        _budget.Limit = 50;
        large.IsCompleted.ShouldBeFalse();
        _budget.GiveBack(60);
        await large;
    }

    [Theory]
    [InlineData(128, 64)]
    [InlineData(2048, 256)]
    [InlineData(65536, 1024)]
    public void Default_OfTheMemory_IsAnEighthWithinBounds(long availableMiB, long expectedMiB) =>
        BodyMemory.Default(availableMiB << 20).ShouldBe(expectedMiB << 20);

    [Fact]
    public void Limit_OfAllBodies_IsTheSumOfItsParts()
    {
        var memory = new BodyMemory(101) { Limit = 203 };
        (memory.Limit, memory.Bodies.Limit + memory.Documents.Limit).ShouldBe((203L, 203L));
    }

    [Fact]
    public async Task Metrics_OfAllBodies_AreWhatIsHeldAndHowOftenThereWasNoRoom()
    {
        var memory = new BodyMemory(400);
        using var meter = new Meter(new MeterOptions(Names.Source) { Scope = memory });
        using var reading = new MeterReading(memory);
        memory.PublishOn(meter);
        using var deadline = new CancellationTokenSource();
        using var first = RunMemory.Begin(memory);
        using var second = RunMemory.Begin(memory);
        await first.ReserveAsync(memory.Bodies, 200, "the body", default);
        var late = second.ReserveAsync(memory.Bodies, 200, "the body", deadline.Token);
        await deadline.CancelAsync();
        await Should.ThrowAsync<CheckFailedException>(async () => await late);
        await Should.ThrowAsync<CheckFailedException>(async () => await second.ReserveAsync(memory.Bodies, 301, "the body", default));

        string.Join(' ', reading.Read().Select(measured => $"{measured.Instrument.Split('.')[^1]}={measured.Value}"))
            .ShouldBe("used=200 limit=400 waits=1 failures=2");
        memory.PercentHeld.ShouldBe(200 / 3d, tolerance: 0.001);
    }
}
