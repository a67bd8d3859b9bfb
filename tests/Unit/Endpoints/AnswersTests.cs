using HealthAgent.Endpoints;
using HealthAgent.State;
using HealthAgent.Unit.State;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Endpoints;

public sealed class AnswersTests
{
    private static readonly AnswerKey Key = new("view", "name", Details: true);

    private readonly StateStore _store = new(Plans.Agent(Plans.Check()), new AgentClock(new FakeTimeProvider(Plans.Start)), []);
    private int _rendered;

    [Fact]
    public void For_TheSameKeyOfOneSnapshot_IsRenderedOnce()
    {
        var answers = new Answers(_store);

        var first = answers.For(Key, Render);

        answers.For(Key, Render).ShouldBeSameAs(first);
        _rendered.ShouldBe(1);
    }

    [Fact]
    public void For_TheNextSnapshot_IsRenderedAnew()
    {
        var answers = new Answers(_store);
        var first = answers.For(Key, Render)!;
        _store.Record([new CompletedRun(0, Plans.Outcome('P'), null)]);

        var second = answers.For(Key, Render)!;

        second.Body.ToArray().ShouldNotBe(first.Body.ToArray());
        (second.ETag == first.ETag).ShouldBeFalse();
    }

    [Fact]
    public void For_KeysThatDifferInOnePart_AreDifferentAnswers()
    {
        var answers = new Answers(_store);
        AnswerKey[] keys = [Key, Key with { View = "other" }, Key with { Name = "other" }, Key with { Details = false }];

        keys.Select(key => answers.For(key, Render)).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void For_WhatIsNotThere_IsAskedAgainAndNotKept()
    {
        var answers = new Answers(_store);
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
        var answers = new Answers(_store);
        var done = false;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var reads = 0; !Volatile.Read(ref done) || reads == 0; reads++)
                {
                    var before = _store.Current.Version;
                    var answer = answers.For(Key, static (snapshot, _) => Answer.Text(isUp: true, $"{snapshot.Version}"))!;
                    long.Parse(System.Text.Encoding.UTF8.GetString(answer.Body.Span), System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(before);
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
}
