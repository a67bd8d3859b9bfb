using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Reload;

/// <summary>Files that change, of the configuration and of what it names.</summary>
public sealed class ReloadFilesTests : ReloadingAgent
{
    [Fact]
    public async Task File_Changed_IsTakenByItself()
    {
        await StartAsync(Three);

        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);

        await EventuallyAsync(() => Agent.Store.Current.Find("comes") is not null);
        Agent.Store.Current.Find("goes").ShouldBeNull();
    }

    [Fact]
    public async Task File_WithMistakesAndThenRight_IsRejectedOnceAndThenTaken()
    {
        await StartAsync(Three);

        await File.WriteAllTextAsync(Path, "checks: 7\n", TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Events("health_agent.config_rejected") == 1);
        for (var i = 0; i < 40; i++)
        {
            Agent.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Events("health_agent.config_rejected").ShouldBe(1, "what was rejected is not tried again as long as it stays the same");
        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Agent.Store.Current.Find("comes") is not null);
    }

    [Fact]
    public async Task Secret_ThatIsRotated_ChangesTheChecksThatNameIt()
    {
        var secret = System.IO.Path.Combine(Folder, "secret");
        await File.WriteAllTextAsync(secret, "redis://:first@127.0.0.1:1\n", TestContext.Current.CancellationToken);
        await StartAsync($$"""
            checks:
              - { name: stays, kind: memory, interval: 1h, timeout: 1h }
              - { name: cache, kind: redis, connectionString: "${file:{{secret}}}", interval: 1h, timeout: 1h }
            """);
        var (before, cache) = (Agent.Store.Current.Find("stays")!.Plan, Agent.Store.Current.Find("cache")!.Plan);

        await File.WriteAllTextAsync(secret, "redis://:other@127.0.0.1:1\n", TestContext.Current.CancellationToken);

        await EventuallyAsync(() => !ReferenceEquals(Agent.Store.Current.Find("cache")!.Plan, cache));
        Agent.Store.Current.Find("stays")!.Plan.ShouldBeSameAs(before);
        Agent.Log.Records.ShouldAllBe(record => !record.Message.Contains("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secret_ThatIsMissingAtFirst_IsTakenWhenItAppears()
    {
        var secret = System.IO.Path.Combine(Folder, "later");
        await StartAsync(Three);
        await File.WriteAllTextAsync(Path, $$"""
            checks:
              - { name: comes, kind: redis, connectionString: "${file:{{secret}}}", interval: 1h, timeout: 1h }
            """, TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Events("health_agent.config_rejected") == 1);

        await File.WriteAllTextAsync(secret, "redis://127.0.0.1:1\n", TestContext.Current.CancellationToken);

        await EventuallyAsync(() => Agent.Store.Current.Find("comes") is not null);
    }

    [Fact]
    public async Task Post_WithAPipeInTheFilesPlace_IsRefusedAndTheNextFileIsTaken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no mkfifo here");
        await StartAsync(Three);
        File.Delete(Path);
        WatchedFolder.Run("mkfifo", Path);
        var reply = await PostAsync().Ends();
        reply.ShouldBeProblem(422);
        reply.Body.ShouldContain("the file is a pipe; must be a regular file");
        File.Delete(Path);
        (await ReloadAsync(ThreeOthers)).Status.ShouldBe(200);
    }
}
