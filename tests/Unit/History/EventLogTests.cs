using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.History;

/// <summary>Readers of events while they are written to the disk.</summary>
public sealed class EventLogTests : AgentWithHistory
{
    [Fact]
    public async Task Reader_WhileTheDiskFails_GetsEventsAllTheSame()
    {
        await using var agent = await StartAsync();
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();
        Directory.Delete(Path, recursive: true);
        File.WriteAllText(Path, "in its place");

        agent.Record("db", "P");
        agent.Record("db", "F");
        (await reader.NextAsync(2)).ShouldBe(["db unknown>healthy", "db healthy>unhealthy"]);
        agent.Log.Records.Count(record => record.Message.Contains("Continuing in memory", StringComparison.Ordinal)).ShouldBe(1);

        File.Delete(Path);
        await Eventually.Is(
            () =>
            {
                agent.Clock.Advance(HistoryKeeper.SaveEvery);
                return File.Exists(Of(EventFile.Name));
            },
            "it is written again");
        var kept = new EventFile().Load(await File.ReadAllBytesAsync(Of(EventFile.Name), TestContext.Current.CancellationToken));
        kept.LastId.ShouldBe(agent.Events.LastId);
        (kept.Next - kept.First).ShouldBe(3);
    }

    [Fact]
    public async Task Reader_ReadingEventsOfABurst_MissesNone()
    {
        const int times = 3_000;
        await using var agent = await StartAsync();
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();

        var checks = Enumerable.Range(0, times).Select(i => i % 2 == 0 ? "web" : "db").ToList();
        var change = PlanChange.Between(agent.Store.Current.Plan, agent.Store.Current.Plan);
        foreach (var name in checks)
        {
            agent.Events.OnReloaded(name, change, Plans.Start);
        }

        for (var i = 0; i < times; i++)
        {
            (await reader.NextAsync())!.Text("configuration").ShouldBe(checks[i]);
        }
    }
}
