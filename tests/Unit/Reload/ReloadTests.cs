using System.Globalization;
using HealthAgent.Agent.Commands;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Endpoints;
using HealthAgent.Unit.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Reload;

/// <summary>Reading the configuration again, through the whole agent.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private const string Three = """
        checks:
          - { name: stays, kind: memory, interval: 1h, timeout: 1h }
          - { name: changes, kind: memory, interval: 1h, timeout: 1h }
          - { name: goes, kind: memory, interval: 1h, timeout: 1h, group: old }
        """;

    private const string ThreeOthers = """
        checks:
          - { name: comes, kind: memory, interval: 1h, timeout: 1h, group: new }
          - { name: changes, kind: memory, interval: 1h, timeout: 59m }
          # A comment, other quotes, another order: nothing that means anything.
          - { timeout: "1h", interval: '1h', kind: memory, name: stays }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("reload").FullName;
    private AgentServer _agent = null!;

    private string Path => System.IO.Path.Combine(_folder, "agent.yaml");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Post_AnotherConfiguration_IsInForceWholeAndSaysWhatChanged()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        var before = _agent.Store.Current.Find("stays")!;

        var reply = await ReloadAsync(ThreeOthers);

        (reply.Status, reply.ContentType).ShouldBe((200, "application/json"));
        Names(reply, "added").ShouldBe(["comes"]);
        Names(reply, "changed").ShouldBe(["changes"]);
        Names(reply, "removed").ShouldBe(["goes"]);
        reply.Json.GetProperty("unchanged").GetInt32().ShouldBe(1);
        _agent.Store.Current.Find("stays")!.Last.ShouldBeSameAs(before.Last);
        (await _agent.GetAsync("/health/checks/goes")).Status.ShouldBe(404);
        (await _agent.GetAsync("/health/groups/old")).Status.ShouldBe(404);
        (await _agent.GetAsync("/readyz?verbose")).Body.ShouldNotContain("goes");
        await HealthyAsync("stays", "changes", "comes");
        (await _agent.GetAsync("/health/groups/new")).Status.ShouldBe(200);
        Event("health_agent.config_reloaded").Message.ShouldContain("1 added, 1 changed, 1 removed, 1 unchanged");
    }

    [Fact]
    public async Task Post_AnotherConfiguration_LeavesNoSeriesOfWhatIsGone()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        (await MetricsAsync()).ShouldContain(
            """health_check_duration_seconds_count{health_check_group="old",health_check_kind="memory",health_check_name="goes","""
                + """health_check_tier="dependency"} 1""");

        await ReloadAsync(ThreeOthers);

        var text = await MetricsAsync();
        text.ShouldNotContain("\"goes\"");
        text.ShouldNotContain("group/old");
        text.ShouldContain("health_check_name=\"stays\"");
        text.Split('\n').Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBe(
            text.Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count());

        // What counts begins anew with the series, and a run more is one.
        Sample(text, "health_check_executions_total", "stays").ShouldBe(0);
        _agent.Record("stays", "P");
        _agent.Clock.Advance(TimeSpan.FromSeconds(1));
        Sample(await MetricsAsync(), "health_check_executions_total", "stays").ShouldBe(1);
        Sample(await MetricsAsync(), "health_check_duration_seconds_count", "stays").ShouldBe(1);
    }

    [Fact]
    public async Task Post_AChangeThatLeavesTheSeries_LetsCountersGoOn()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        _agent.Record("stays", "PP");

        await ReloadAsync(Three.Replace(
            "name: changes, kind: memory, interval: 1h", "name: changes, kind: memory, interval: 2h", StringComparison.Ordinal));

        var text = await MetricsAsync();
        Sample(text, "health_check_executions_total", "stays").ShouldBe(3);
        Sample(text, "health_check_duration_seconds_count", "stays").ShouldBe(3);
    }

    [Fact]
    public async Task Post_ACheckThatIsNew_HasItsFirstRunInAllMetrics()
    {
        await StartAsync(Three);

        for (var i = 0; i < 100; i++)
        {
            var name = $"goes-{i}";
            await ReloadAsync(Three.Replace("goes", name, StringComparison.Ordinal));
            await HealthyAsync(name);
            // The loop has another turn only once the run is recorded with all that follows from it.
            await _agent.Services.GetRequiredService<Worker>().ReplaceAsync(_agent.Store.Current.Plan);
            var text = await MetricsAsync();
            Sample(text, "health_check_executions_total", name).ShouldBe(1);
            Sample(text, "health_check_duration_seconds_count", name).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Post_OverAndOver_AlwaysHasAllMetrics()
    {
        // OpenTelemetry has room for 1,000 instruments: those of generations that are gone must not use it up.
        var often = Three.Replace(
            "stays, kind: memory, interval: 1h, timeout: 1h", "stays, kind: memory, interval: 1s, timeout: 1s", StringComparison.Ordinal);
        await StartAsync(often);
        var types = Types(await MetricsAsync());

        for (var i = 0; i < 1000; i++)
        {
            (await ReloadAsync(often.Replace("goes", $"goes-{i}", StringComparison.Ordinal))).Status.ShouldBe(200);
        }

        await HealthyAsync("goes-999", "stays", "changes");
        await _agent.Services.GetRequiredService<Worker>().ReplaceAsync(_agent.Store.Current.Plan);
        var text = await MetricsAsync();
        types.Except(Types(text), StringComparer.Ordinal).ShouldBeEmpty();
        text.Split('\n').Count(line => line.StartsWith("health_check_up{", StringComparison.Ordinal)).ShouldBe(3);
        text.ShouldNotContain("otel_metric_overflow");
        text.ShouldNotContain("goes-998");
    }

    [Fact]
    public async Task Post_WithMistakes_TellsThemAllAndTheFormerStaysInForce()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        var before = _agent.Store.Current.Plan;

        var reply = await ReloadAsync("checks:\n  - { name: a, kind: tpc }\n  - { name: b, kind: memory, timout: 1s }\n");

        reply.ShouldBeProblem(422);
        Names(reply, "errors").ShouldBe(
        [
            $"{Path}:2:22: checks[a].kind: there is no kind 'tpc' (did you mean 'tcp'?)",
            $"{Path}:3:30: checks[b].timout: unknown key (did you mean 'timeout'?)",
        ]);
        _agent.Store.Current.Plan.ShouldBeSameAs(before);
        (await MetricsAsync()).ShouldContain("health_agent_config_last_reload_successful{} 0\n");
        var rejected = Event("health_agent.config_rejected");
        (rejected.Level, rejected.Message.Contains("did you mean 'tcp'?", StringComparison.Ordinal)).ShouldBe((LogLevel.Error, true));

        (await ReloadAsync(Three)).Status.ShouldBe(200);
        _agent.Clock.Advance(TimeSpan.FromSeconds(1));
        (await MetricsAsync()).ShouldContain("health_agent_config_last_reload_successful{} 1\n");
    }

    [Fact]
    public async Task Post_AFileThatIsGone_IsRejected()
    {
        await StartAsync(Three);
        File.Delete(Path);

        var reply = await PostAsync();

        reply.ShouldBeProblem(422);
        Names(reply, "errors").ShouldBe([$"{Path}:1:1: the file does not exist"]);
        _agent.Store.Current.Checks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Post_FromElsewhere_IsRefused()
    {
        await StartAsync(Three);
        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);

        (await _agent.SendAsync(HttpMethod.Post, _agent.Public, "/reload")).ShouldBeProblem(403);
        (await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload", ("Origin", "https://elsewhere.example"))).ShouldBeProblem(403);
        (await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload", ("Origin", "null"))).ShouldBeProblem(403);
        (await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload", ("Origin", $"http://localhost:{_agent.Loopback.Port + 1}")))
            .ShouldBeProblem(403);
        (await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload", ("Sec-Fetch-Site", "cross-site"))).ShouldBeProblem(403);
        (await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload", ("Sec-Fetch-Site", "same-site"))).ShouldBeProblem(403);
        (await _agent.GetAsync("/reload")).ShouldBeProblem(405);

        _agent.Store.Current.Find("comes").ShouldBeNull();
        (await _agent.SendAsync(
            HttpMethod.Post, _agent.Loopback, "/reload", ("Origin", $"http://{_agent.Loopback.Authority}"),
            ("Sec-Fetch-Site", "same-origin"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Post_OtherHosts_AreServedAtOnce()
    {
        await StartAsync(Three);
        const string Request = "GET /livez HTTP/1.1\r\nHost: health.shop.example\r\nConnection: close\r\n\r\n";
        (await _agent.SendRawAsync(Request)).ShouldStartWith("HTTP/1.1 421 ");

        var reply = await ReloadAsync("agent: { hosts: health.shop.example }\n" + Three);

        Names(reply, "settings").ShouldBe(["agent.hosts"]);
        (await _agent.SendRawAsync(Request)).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task Post_SettingsThatNeedARestart_AreNamed()
    {
        await StartAsync(Three);

        var reply = await ReloadAsync(
            "agent: { listen: 'http://127.0.0.1:1', labels: { env: prod }, concurrency: 7, memory: 20MiB, drain: 7s }\n" + Three);

        Names(reply, "needRestart").ShouldBe(["agent.listen", "agent.labels"]);
        Names(reply, "settings").ShouldBe(["agent.concurrency", "agent.concurrencyPerHost", "agent.memory", "agent.drain"]);
        _agent.Store.Current.Plan.Concurrency.ShouldBe(7);
        Event("health_agent.config_reloaded").Level.ShouldBe(LogLevel.Warning);
    }

    [Fact]
    public async Task Post_OnceNoMoreRunsStart_IsRefusedInWords()
    {
        await StartAsync(Three);
        await _agent.Services.GetRequiredService<Drain>().RunAsync();

        var reply = await ReloadAsync("agent: { concurrency: 7 }\n" + Three);

        reply.ShouldBeProblem(503);
        reply.Json.GetProperty("detail").GetString().ShouldBe("the agent is stopping");
    }

    [Fact]
    public async Task Post_SeveralAtATime_AreTakenOneAfterTheOther()
    {
        await StartAsync(Three);
        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync()));

        replies.ShouldAllBe(reply => reply.Status == 200);
        replies.Count(reply => Names(reply, "added").Count == 1).ShouldBe(1);
    }

    [Fact]
    public async Task File_Changed_IsTakenByItself()
    {
        await StartAsync(Three);

        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);

        await EventuallyAsync(() => _agent.Store.Current.Find("comes") is not null);
        _agent.Store.Current.Find("goes").ShouldBeNull();
    }

    [Fact]
    public async Task File_WithMistakesAndThenRight_IsRejectedOnceAndThenTaken()
    {
        await StartAsync(Three);

        await File.WriteAllTextAsync(Path, "checks: 7\n", TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Events("health_agent.config_rejected") == 1);
        for (var i = 0; i < 40; i++)
        {
            _agent.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Events("health_agent.config_rejected").ShouldBe(1, "what was rejected is not tried again as long as it stays the same");
        await File.WriteAllTextAsync(Path, ThreeOthers, TestContext.Current.CancellationToken);
        await EventuallyAsync(() => _agent.Store.Current.Find("comes") is not null);
    }

    [Fact]
    public async Task Secret_ThatIsRotated_ChangesTheChecksThatNameIt()
    {
        var secret = System.IO.Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, "redis://:first@127.0.0.1:1\n", TestContext.Current.CancellationToken);
        await StartAsync($$"""
            checks:
              - { name: stays, kind: memory, interval: 1h, timeout: 1h }
              - { name: cache, kind: redis, connectionString: "${file:{{secret}}}", interval: 1h, timeout: 1h }
            """);
        var (before, cache) = (_agent.Store.Current.Find("stays")!.Plan, _agent.Store.Current.Find("cache")!.Plan);

        await File.WriteAllTextAsync(secret, "redis://:other@127.0.0.1:1\n", TestContext.Current.CancellationToken);

        await EventuallyAsync(() => !ReferenceEquals(_agent.Store.Current.Find("cache")!.Plan, cache));
        _agent.Store.Current.Find("stays")!.Plan.ShouldBeSameAs(before);
        _agent.Log.Records.ShouldAllBe(record => !record.Message.Contains("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secret_ThatIsMissingAtFirst_IsTakenWhenItAppears()
    {
        var secret = System.IO.Path.Combine(_folder, "later");
        await StartAsync(Three);
        await File.WriteAllTextAsync(Path, $$"""
            checks:
              - { name: comes, kind: redis, connectionString: "${file:{{secret}}}", interval: 1h, timeout: 1h }
            """, TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Events("health_agent.config_rejected") == 1);

        await File.WriteAllTextAsync(secret, "redis://127.0.0.1:1\n", TestContext.Current.CancellationToken);

        await EventuallyAsync(() => _agent.Store.Current.Find("comes") is not null);
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

    [Fact]
    public async Task Post_WithChecksRegisteredInCode_KeepsThemUndisturbed()
    {
        await StartAsync(Three, services => services.AddHealthChecks().AddCheck("In Code", () => HealthCheckResult.Healthy()));
        await HealthyAsync("in-code");
        var before = _agent.Store.Current.Find("in-code")!;

        (await ReloadAsync(ThreeOthers)).Status.ShouldBe(200);

        _agent.Store.Current.Find("in-code")!.Last.ShouldBeSameAs(before.Last);
        (await ReloadAsync("checks:\n  - { name: in-code, kind: memory }\n")).ShouldBeProblem(422);
        _agent.Store.Current.Find("comes").ShouldNotBeNull();
    }

    private static List<string> Names(Reply reply, string property) =>
        [.. reply.Json.GetProperty(property).EnumerateArray().Select(name => name.GetString()!)];

    private static double Sample(string text, string metric, string check) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(metric + "{", StringComparison.Ordinal)
            && line.Contains($"health_check_name=\"{check}\"", StringComparison.Ordinal)).Split(' ')[^1],
        CultureInfo.InvariantCulture);

    private async Task StartAsync(string yaml, Action<IServiceCollection>? prepare = null)
    {
        await File.WriteAllTextAsync(Path, yaml);
        var kinds = new KindIndex(CheckKinds.All);
        var (plan, errors) = AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(Path), kinds, _ => null));
        errors.ShouldBeEmpty();
        _agent = await AgentServer.StartAsync(plan!, prepare);
    }

    private async Task<Reply> ReloadAsync(string yaml)
    {
        await File.WriteAllTextAsync(Path, yaml);
        return await PostAsync();
    }

    private Task<Reply> PostAsync() => _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload");

    /// <summary>What a scrape sees that comes after the last answer is no longer shared, which it is for 300 ms.</summary>
    private async Task<string> MetricsAsync()
    {
        _agent.Clock.Advance(TimeSpan.FromMilliseconds(320));
        return (await _agent.GetAsync("/metrics")).Body;
    }

    // Some of .NET's own are there only once something happened, such as an exception anywhere in the process.
    private static IReadOnlyList<string> Types(string text) =>
    [
        .. text.Split('\n').Where(
            line => line.StartsWith("# TYPE", StringComparison.Ordinal) && !line.StartsWith("# TYPE dotnet_", StringComparison.Ordinal)),
    ];

    private CapturedRecord Event(string name) => _agent.Log.Records.Last(record => record.Id.Name == name);

    private int Events(string name) => _agent.Log.Records.Count(record => record.Id.Name == name);

    private Task HealthyAsync(params string[] names) =>
        EventuallyAsync(() => names.All(name => _agent.Store.Current.Find(name)?.Status == HealthAgent.State.CheckStatus.Healthy));

    /// <summary>Moves time on until something has come about.</summary>
    private Task EventuallyAsync(Func<bool> condition) => Eventually.Is(
        () =>
        {
            _agent.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        "it has come about");
}
