using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Many checks that hang at once do not hold up those that answer.</summary>
public sealed class AdmissionStormTests
{
    private const double Step = 0.1;

    private static readonly CheckPlan[] Hang = [.. Enumerable.Range(0, 2000).Select(i => Storm($"hangs-{i}", $"host-{i % 200}"))];
    private static readonly CheckPlan[] Answer = [.. Enumerable.Range(0, 20).Select(i => Storm($"answers-{i}", "other"))];

    /// <summary>
    /// Two thousand checks of two hundred hosts begin to hang at once, with far too few slots for them; twenty others answer.
    /// </summary>
    [Theory]
    [InlineData(512, 2, 25)]
    [InlineData(128, 5, 25)]
    [InlineData(64, 5, 40)]
    [InlineData(16, 16, 170)]
    public void Storm_OfChecksThatHang_ComesToItsVerdictsAndIsNotNoticedByThoseThatAnswer(int concurrency, double longest, double noticed)
    {
        var events = new RecordingListener();
        using var harness = Storm(concurrency, "PPH", events);

        harness.Begin().Advance(30);
        harness.Statuses.ShouldBe(new string('H', 2020));
        for (var seconds = 0d; seconds < 4000
            && Hang.Any(plan => harness.Store.Current.Find(plan.Name)!.Status != CheckStatus.Unhealthy); seconds += Step)
        {
            harness.Advance(Step);
            harness.Statuses.ShouldNotContain('?', "who waits for a slot is not stale");
        }

        var waits = Answer.SelectMany(plan => harness.Waits(plan.Name)).ToList();
        Hang.Count(plan => harness.Store.Current.Find(plan.Name)!.Status != CheckStatus.Unhealthy).ShouldBe(0);
        waits.Max(wait => wait.Wait).ShouldBeLessThan(longest);
        waits.Where(wait => wait.At > noticed).ShouldAllBe(wait => wait.Wait < 0.1, "which hosts hang is known by then");
        events.Lines.Count(line => line.StartsWith("answers", StringComparison.Ordinal)).ShouldBe(20);
        events.Lines.Count(line => line.EndsWith("H>U", StringComparison.Ordinal)).ShouldBe(2000);
    }

    /// <summary>
    /// Nobody knows yet who answers: each host is tried once before any is tried twice, and who answered is held up no more.
    /// </summary>
    [Theory]
    [InlineData(512)]
    [InlineData(128)]
    [InlineData(64)]
    [InlineData(16)]
    public void Storm_FromTheStart_IsOverForThoseThatAnswerOnceEachHostWasTried(int concurrency)
    {
        using var harness = Storm(concurrency, "H");

        harness.Begin().Advance(300);

        // Three of four calls go to who is most likely to answer, and three of four slots are there for that.
        var tried = 201 * 5 / (concurrency * 0.75 * 0.75);
        var starts = Answer.Select(plan => harness.Starts(plan.Name)[0]).ToList();
        starts.Max().ShouldBeLessThan(tried + 5);
        Answer.SelectMany(plan => harness.Waits(plan.Name).Skip(1)).ShouldAllBe(wait => wait.Wait < 0.1);
    }

    private static CheckPlan Storm(string name, string host) =>
        Plans.Check(name, interval: TimeSpan.FromSeconds(15), timeout: TimeSpan.FromSeconds(5), host: host);

    private static SchedulerHarness Storm(int concurrency, string script, params IStateListener[] listeners)
    {
        var harness = new SchedulerHarness(
            Plans.Agent([.. Hang, .. Answer]) with { Concurrency = concurrency, ConcurrencyPerHost = concurrency / 4 }, listeners);
        harness.Random.Spread = new Random(7);
        Array.ForEach(Hang, plan => harness.With(plan.Name, script));
        return harness;
    }
}
