using HealthAgent.History;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.History;

/// <summary>What a restart of the agent forgets and what not.</summary>
public sealed class RestartTests : AgentWithHistory
{
    [Fact]
    public async Task Reader_ThatComesBack_GetsExactlyWhatItMissed()
    {
        string id;
        await using (var agent = await StartAsync())
        {
            await using (var reader = await EventReader.OpenAsync(agent.Loopback))
            {
                await reader.ResetAsync();
                agent.Record("db", "P");
                (await reader.NextAsync(1)).ShouldBe(["db unknown>healthy"]);
                id = reader.LastEventId;
            }

            agent.Record("web", "P");
            agent.Record("db", "F");
        }

        await using var again = await StartAsync();
        await using var back = await EventReader.OpenAsync(again.Loopback, lastEventId: id);

        (await back.NextAsync(3)).ShouldBe(["web unknown>healthy", "db healthy>unhealthy", "started"]);
        again.Record("db", "FP");
        (await back.NextAsync(1)).ShouldBe(["db unhealthy>healthy"], "what it was before is known");
    }

    [Fact]
    public async Task States_GoOnWhereTheyWere()
    {
        CheckState before;
        await using (var agent = await StartAsync())
        {
            agent.Record("web", "PPF");
            before = agent.Store.Current.Find("web")!;
        }

        await using var again = await StartAsync();

        var after = again.Store.Current.Find("web")!;
        (after.Status, after.Since, after.Streak, after.Flaps).ShouldBe((before.Status, before.Since, before.Streak, before.Flaps));
        after.Executions.Of(Result.Pass, null).ShouldBe(2);
        after.Last!.Reason.ShouldBe("the reason of a fail");
        again.Record("web", "F");
        again.Store.Current.Find("web")!.Status.ShouldBe(CheckStatus.Unhealthy, "the second fail in a row");
    }

    [Fact]
    public async Task Kill_AfterStatesWereSaved_GoesOnFromTheEvents()
    {
        await using (var agent = await StartAsync())
        {
            agent.Record("db", "P");
            await SavedAsync(agent);
            agent.Record("db", "F");
            await PublishedAsync(agent);
            Copy("state", "killed");
        }

        Directory.Delete(Path, recursive: true);
        Copy("killed", "state");
        await using var again = await StartAsync();

        var db = again.Store.Current.Find("db")!;
        (db.Status, db.LastReportedStatus, db.Transitions).ShouldBe((CheckStatus.Unhealthy, CheckStatus.Unhealthy, 2));
        await using var reader = await EventReader.OpenAsync(again.Loopback);
        await reader.ResetAsync();
        again.Record("db", "FP");
        (await reader.NextAsync(1)).ShouldBe(["db unhealthy>healthy"], "it is not reported twice that it is unhealthy");
    }

    [Fact]
    public async Task Events_ThatStatesKnowMoreThan_AreNotGoneOnFrom()
    {
        string id;
        await using (var agent = await StartAsync())
        {
            agent.Record("db", "P");
            await PublishedAsync(agent);
            id = agent.Events.LastId;
            File.Copy(Of(EventFile.Name), Of("older"));
            agent.Record("db", "F");
        }

        File.Move(Of("older"), Of(EventFile.Name), overwrite: true);
        await using var again = await StartAsync();
        await using var reader = await EventReader.OpenAsync(again.Loopback, lastEventId: id);

        var reset = await reader.ResetAsync();
        reset.Data.GetProperty("checks")[0].GetProperty("status").GetString().ShouldBe("unhealthy");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"event\":\"1-x\"}\n{\"name\":\"db\"}\n")]
    [InlineData("{\"event\":1}")]
    [InlineData("[]")]
    [InlineData("{\"event\":\"1-x\"}\nnull")]
    public async Task States_ThatCannotBeRead_AreReportedAndLeftOut(string text)
    {
        Directory.CreateDirectory(Path);
        File.WriteAllText(Of(StatesFile.Name), text);

        await using var agent = await StartAsync();

        agent.Store.Current.Find("db")!.Status.ShouldBe(CheckStatus.Unknown);
        agent.Log.Records.Count(record => record.Message.StartsWith(StatesFile.Name, StringComparison.Ordinal)).ShouldBe(1);
    }

    private static Task PublishedAsync(AgentServer agent)
    {
        var last = agent.Events.LastSequence;
        return Eventually.Is(() => agent.Events.TryRead(last - 1, [], 1, out var more) && more.IsCompleted, "it is on the disk");
    }

    private Task SavedAsync(AgentServer agent) => Eventually.Is(
        () =>
        {
            agent.Clock.Advance(HistoryKeeper.SaveEvery);
            return File.Exists(Of(StatesFile.Name));
        },
        "states are saved");

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(Folder[to]);
        foreach (var name in new[] { EventFile.Name, StatesFile.Name })
        {
            File.Copy(System.IO.Path.Combine(Folder[from], name), System.IO.Path.Combine(Folder[to], name));
        }
    }
}
