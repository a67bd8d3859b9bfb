using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Publishers;

/// <summary>Publishers that throw, hang, or take their time.</summary>
public sealed class PublisherFaultsTests : PublishingLoop
{
    [Fact]
    public async Task Publisher_ThatThrows_HarmsNoOtherAndIsToldOnce()
    {
        var broken = new Publisher { Run = (_, _) => throw new InvalidOperationException("nobody is there") };
        Pass();
        await StartAsync(broken);

        await ReportAsync(5);
        await ReportAsync(30);
        await ReportAsync(30);
        (broken.At.Count, Logged.Count).ShouldBe((3, 1));
        broken.Run = (_, _) => Task.CompletedTask;
        await ReportAsync(30);

        Logged.ShouldBe(["Error Health check publisher Publisher failed: threw an exception",
            "Information Health check publisher Publisher recovered"]);
        Log.Records.First().Exception.ShouldBeOfType<InvalidOperationException>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publisher_ThatHangs_IsNotCalledAgainUntilItEndsAndIsToldOnce(bool blocks)
    {
        using var gate = new ManualResetEventSlim();
        var opened = new TaskCompletionSource();
        var hanging = new Publisher
        {
            Run = (_, _) =>
            {
                if (blocks)
                {
                    gate.Wait(CancellationToken.None);
                }

                return opened.Task;
            },
        };
        Pass();
        await StartAsync(hanging);

        await ReportAsync(5, hangs: true);
        await Eventually.Is(() => hanging.At.Count == 1, "it is called");
        Clock.Advance(TimeSpan.FromSeconds(11));
        await Loop!.UnderWay.Ends();
        await ReportAsync(19);
        await ReportAsync(30);
        await ReportAsync(30);
        hanging.At.Count.ShouldBe(1);
        Logged.ShouldBe(["Error Health check publisher Publisher failed: timed out after 10s"]);

        gate.Set();
        opened.SetResult();
        await Eventually.Is(() => hanging.Ended == 1, "it has ended");
        await ReportAsync(30);
        await ReportAsync(30);
        Logged[1].ShouldBe("Information Health check publisher Publisher recovered");
    }

    [Fact]
    public async Task Publisher_ThatHonoursItsToken_IsToldToEndAtTheTimeout()
    {
        var publisher = new Publisher { Run = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) };
        Pass();
        await StartAsync(publisher);

        await ReportAsync(5, hangs: true);
        await Eventually.Is(() => publisher.At.Count == 1, "it is called");
        Clock.Advance(Ten);
        await Loop!.UnderWay.Ends();
        await ReportAsync(20, hangs: true);
        await Eventually.Is(() => publisher.At.Count == 2, "it is called again");
        Clock.Advance(Ten);
        await Loop.UnderWay.Ends();

        Logged.ShouldBe(["Error Health check publisher Publisher failed: timed out after 10s"]);
    }

    [Fact]
    public async Task Timeout_ThatIsInfinite_IsNone()
    {
        Options.Timeout = Timeout.InfiniteTimeSpan;
        var opened = new TaskCompletionSource();
        var publisher = new Publisher { Run = (_, token) => opened.Task.WaitAsync(token) };
        Pass();
        await StartAsync(publisher);

        await ReportAsync(5, hangs: true);
        Clock.Advance(TimeSpan.FromDays(1));
        await Eventually.Is(() => publisher.At.Count == 1, "it is called");
        opened.SetResult();
        await Loop!.UnderWay.Ends();
        Clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.Is(() => publisher.At.Count > 1, "it is called again");

        Logged.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_WhileAPublisherIsAtIt_TellsItAndWaitsForIt()
    {
        var ended = false;
        var publisher = new Publisher
        {
            Run = async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => { }, TaskScheduler.Default);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
                ended = true;
                token.ThrowIfCancellationRequested();
            },
        };
        Pass();
        await StartAsync(publisher);
        await ReportAsync(5, hangs: true);
        await Eventually.Is(() => publisher.At.Count == 1, "it is called");

        await Loop!.StopAsync(CancellationToken.None).Ends();

        ended.ShouldBeTrue();
        Logged.ShouldBeEmpty();
        Loop.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }
}
