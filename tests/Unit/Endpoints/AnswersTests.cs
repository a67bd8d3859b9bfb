using HealthAgent.Endpoints;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Endpoints;

public sealed class AnswersTests
{
    private static readonly AnswerKey Key = new("view", "name", Details: true);

    private readonly FakeTimeProvider _clock = new(Plans.Start);
    private readonly StateStore _store;

    public AnswersTests() => _store = new StateStore(Plans.Agent(Plans.Check()), new AgentClock(_clock), []);
    private int _rendered;

    [Fact]
    public void For_TheSameKeyOfOneSnapshot_IsRenderedOnce()
    {
        var answers = new Answers(_store, _clock);

        var first = answers.For(Key, Render);

        answers.For(Key, Render).ShouldBeSameAs(first);
        _rendered.ShouldBe(1);
    }

    [Fact]
    public void For_TheNextSnapshot_IsRenderedAnew()
    {
        var answers = new Answers(_store, _clock);
        var first = answers.For(Key, Render)!;
        _store.Record([new CompletedRun(0, Plans.Outcome('P'), null)]);

        var second = answers.For(Key, Render)!;

        second.Body.ToArray().ShouldNotBe(first.Body.ToArray());
        (second.ETag == first.ETag).ShouldBeFalse();
    }

    [Fact]
    public void For_KeysThatDifferInOnePart_AreDifferentAnswers()
    {
        var answers = new Answers(_store, _clock);
        AnswerKey[] keys = [Key, Key with { View = "other" }, Key with { Name = "other" }, Key with { Details = false }];

        keys.Select(key => answers.For(key, Render)).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void For_WhatIsNotThere_IsAskedAgainAndNotKept()
    {
        var answers = new Answers(_store, _clock);
        Answer? Nothing(Snapshot snapshot, AnswerKey key)
        {
            _rendered++;
            return null;
        }

        answers.For(Key, Nothing).ShouldBeNull();
        answers.For(Key, Nothing).ShouldBeNull();

        _rendered.ShouldBe(2);
    }

    [Fact]
    public async Task For_ManyThreadsWhileTheSnapshotChanges_IsNeverOlderThanWhatTheThreadHasSeen()
    {
        var answers = new Answers(_store, _clock);
        var done = false;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var reads = 0; !Volatile.Read(ref done) || reads == 0; reads++)
                {
                    var before = _store.Current.Version;
                    var answer = answers.For(Key, static (snapshot, _) => Answer.Text(isUp: true, $"{snapshot.Version}"))!;
                    long.Parse(System.Text.Encoding.UTF8.GetString(answer.Body.Span), System.Globalization.CultureInfo.InvariantCulture)
                        .ShouldBeGreaterThanOrEqualTo(before);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        try
        {
            for (var i = 0; i < 20_000; i++)
            {
                _store.Record([new CompletedRun(0, Plans.Outcome("PF"[i % 2]), null)]);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
        }

        await Task.WhenAll(readers);
    }

    private Answer Render(Snapshot snapshot, AnswerKey key)
    {
        _rendered++;
        return Answer.Text(isUp: true, $"{key} of {snapshot.Version}");
    }

    [Theory]
    [InlineData(20, 150, 1)]
    [InlineData(20, 250, 2)]
    [InlineData(5000, 900, 1)]
    [InlineData(5000, 1100, 2)]
    public void For_WhatTakesLongToRender_IsKeptForTenTimesThatAndASecondAtMost(int costs, int later, int renderings)
    {
        var (answers, rendered) = (new Answers(_store, _clock), 0);
        Answer Render(Snapshot snapshot, AnswerKey key)
        {
            rendered++;
            _clock.Advance(TimeSpan.FromMilliseconds(costs));
            return Answer.Text(isUp: true, "slow");
        }

        var first = answers.For(new AnswerKey("slow", "", Details: true), Render);
        _store.Record([new CompletedRun(0, Plans.Outcome('P'), null)]);
        _clock.Advance(TimeSpan.FromMilliseconds(later));
        var second = answers.For(new AnswerKey("slow", "", Details: true), Render);

        rendered.ShouldBe(renderings);
        (second!.ETag == first!.ETag).ShouldBe(renderings == 1, "a tag is of the snapshot that the answer was made from");
    }

    [Fact]
    public void For_AnotherConfiguration_AnswersNothingOfTheFormer()
    {
        var answers = new Answers(_store, _clock);
        string Ask() => System.Text.Encoding.UTF8.GetString(answers.For(new AnswerKey("slow", "", Details: true), (snapshot, _) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return Answer.Text(isUp: true, snapshot.Checks[0].Plan.Name);
        })!.Body.Span);
        Ask().ShouldBe("check");

        _store.Replace(new PlanIndex(Plans.Agent(Plans.Check("other"))));

        Ask().ShouldBe("other");
    }
}
