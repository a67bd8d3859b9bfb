using HealthAgent.Endpoints;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Answers that depend on the query, of which callers can invent any number.</summary>
public sealed class QueryAnswersTests
{
    private readonly StateStore _store;
    private readonly Answers _answers;
    private int _rendered;

    public QueryAnswersTests()
    {
        var clock = new FakeTimeProvider(Plans.Start);
        _store = new StateStore(Plans.Agent(Plans.Check()), new AgentClock(clock), []);
        _answers = new Answers(_store, clock);
    }

    [Fact]
    public void Query_OfOneSnapshot_IsRenderedOnce()
    {
        Ask("?verbose").ShouldBeSameAs(Ask("?verbose"));
        Ask("?exclude=check").ShouldNotBeSameAs(Ask("?verbose"));

        _rendered.ShouldBe(2);
    }

    [Fact]
    public void Query_OfTheNextSnapshot_IsRenderedAgain()
    {
        Ask("?verbose");
        _store.Record([new CompletedRun(0, Plans.Outcome('P'), null)]);
        Ask("?verbose");

        _rendered.ShouldBe(2);
    }

    [Fact]
    public void Queries_BeyondTheirNumber_AreNotKeptAndDisplaceNone()
    {
        Ask(null);
        for (var i = 0; i < Answers.MostQueries; i++)
        {
            Ask($"?exclude={i}");
        }

        _rendered = 0;
        Ask("?exclude=further");
        Ask("?exclude=further");
        Ask("?exclude=0");
        Ask(null);

        _rendered.ShouldBe(2);
    }

    [Fact]
    public void Queries_OfAnOlderSnapshot_MakeRoom()
    {
        for (var i = 0; i < Answers.MostQueries; i++)
        {
            Ask($"?exclude={i}");
        }

        _store.Record([new CompletedRun(0, Plans.Outcome('P'), null)]);
        Ask("?verbose");
        _rendered = 0;
        Ask("?verbose");

        _rendered.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void Query_LongerThanIsKept_IsRenderedEachTime(int more, int renderings)
    {
        var query = "?" + new string('x', Answers.LongestQuery - 1 + more);
        Ask(query);
        Ask(query);

        _rendered.ShouldBe(renderings);
    }

    private Answer Ask(string? query) => _answers.For(
        new AnswerKey(Probes.View, "readyz", Details: true) { Query = query },
        (_, key) =>
        {
            _rendered++;
            return Answer.Text(isUp: true, key.Query ?? "");
        })!;
}
