using HealthAgent.Unit.Support;
using Microsoft.Extensions.Logging;
using static HealthAgent.Unit.Endpoints.RunningAgent;

namespace HealthAgent.Unit.Endpoints;

/// <summary>What is noted of actions: who, what, and what came of it.</summary>
public sealed class ActionAuditTests
{
    [Fact]
    public async Task Actions_AreNotedWithWhoAndWhatAndOutcome()
    {
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => Scripted("P")));

        await agent.PostAsync("/health/checks/db/run");
        await agent.PostAsync("/health/checks/n%0aothing/run");

        agent.Actions().ShouldBe(
        [
            "health_agent.action=run;health_check.name=db;user.name=loopback;client.address=127.0.0.1;health_agent.action.outcome=done",
            "health_agent.action=run;health_check.name=n othing;user.name=loopback;client.address=127.0.0.1;"
                + "health_agent.action.outcome=rejected",
        ]);
    }

    [Fact]
    public async Task Actions_ThatAreRefused_AreNotedUntilTheyAreTooMany()
    {
        await using var agent = await StartedAsync(Plans.Check("db", make: _ => Scripted("P")));

        async Task AttemptAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await agent.SendAsync(HttpMethod.Post, agent.Public, "/health/checks/db/run");
            }
        }

        await AttemptAsync(15);
        var refused = agent.Log.Records.Where(record => record.Id.Name == "health_agent.action_refused").ToList();
        refused.Count.ShouldBe(10);
        refused.ShouldAllBe(record => record.Level == LogLevel.Warning);

        agent.Clock.Advance(TimeSpan.FromSeconds(10));
        await AttemptAsync(1);
        agent.Log.Records.Last(record => record.Id.Name == "health_agent.action_refused").Message
            .ShouldBe("refused: run of db by somebody from 127.0.0.1; 5 more before");
        agent.Actions().ShouldBeEmpty();
    }
}
