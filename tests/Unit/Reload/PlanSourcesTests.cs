using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Endpoints;
using HealthAgent.Unit.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Reload;

/// <summary>A file, code and a source that keeps changing, in a whole agent.</summary>
public sealed class PlanSourcesTests : IAsyncLifetime
{
    private const string Stays = "checks:\n  - { name: stays, kind: memory, interval: 1h, timeout: 1h }\n";

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("sources").FullName;
    private readonly ListSource _cluster = new();
    private readonly Replacements _replacements = new();
    private AgentServer _agent = null!;

    private string Path => System.IO.Path.Combine(_folder, "agent.yaml");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Source_ThatChangesFiftyTimesASecond_IsTakenNowAndThenAndItsLastStateAlways()
    {
        await StartAsync(Stays);
        await EventuallyAsync(() => Status("stays") == CheckStatus.Healthy && _cluster.Reads > 0);
        _agent.Record("stays", "PP");
        var (before, replaced, events) = (_agent.Store.Current.Find("stays")!, _replacements.Count, Events());
        var start = _agent.Clock.GetUtcNow();

        for (var i = 0; i < 1000; i++)
        {
            _cluster.Set([.. Enumerable.Range(i, i % 5).Select(number => ListSource.Check($"pod-{number}", $"group-{number % 3}"))]);
            _agent.Clock.Advance(Step);
        }

        _cluster.Set(ListSource.Check("pod-last", dependsOn: "stays"));
        await EventuallyAsync(() => _agent.Store.Current.Checks.Count == 2 && Status("pod-last") == CheckStatus.Healthy);
        var seconds = (_agent.Clock.GetUtcNow() - start).TotalSeconds;
        (_replacements.Count - replaced).ShouldBeInRange(1, (int)Math.Ceiling(seconds) + 1);

        var after = _agent.Store.Current.Find("stays")!;
        after.Plan.ShouldBeSameAs(before.Plan);
        after.Last.ShouldBeSameAs(before.Last);
        (after.Status, after.Streak).ShouldBe((before.Status, before.Streak));
        Events().ShouldBe(events, "nothing is reported of what stays");
        // The loop has another turn only once the run is recorded with all that follows from it.
        await _agent.Services.GetRequiredService<Worker>().ReplaceAsync(_agent.Store.Current.Plan);
        var text = await MetricsAsync();
        Samples(text, "health_check_up").ShouldBe(["pod-last", "stays"]);
        Samples(text, "health_check_executions_total").ShouldBe(["pod-last", "stays"]);
        text.ShouldNotContain("group-");
        text.ShouldNotContain("otel_metric_overflow");
    }

    [Fact]
    public async Task Source_ThatKeepsChanging_LeavesNothingBehind()
    {
        await StartAsync(Stays, services => services.AddSingleton(TimeProvider.System));
        await Eventually.Is(() => Status("stays") == CheckStatus.Healthy, "the file's check has run");
        var (last, gone) = (_agent.Store.Current.Find("stays")!.Last, new List<WeakReference>());
        using var pace = new PeriodicTimer(Step, TimeProvider.System);

        for (var i = 0; i < 150 && await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken); i++)
        {
            Set(i, gone);
        }

        _cluster.Set(ListSource.Check("pod-last"));
        await Eventually.Is(() => Status("pod-last") == CheckStatus.Healthy, "the last state is in force");
        _replacements.Count.ShouldBeInRange(2, 8);
        _agent.Store.Current.Checks.Select(state => state.Plan.Name).ShouldBe(["stays", "pod-last"]);
        _agent.Store.Current.Find("stays")!.Last.ShouldBeSameAs(last);
        await Eventually.Is(
            () =>
            {
                GC.Collect();
                return gone.Count(plan => plan.IsAlive) <= 2;
            },
            "what is gone is forgotten");
    }

    [Fact]
    public async Task Source_ThatFails_KeepsWhatItHadIsReportedAndHoldsUpNobody()
    {
        await StartAsync(Stays);
        _cluster.Set(ListSource.Check("pod"));
        await EventuallyAsync(() => Status("pod") == CheckStatus.Healthy);
        _cluster.BeforeRead = _ => throw new IOException("no route to host");
        _cluster.Set();
        await EventuallyAsync(() => Events("health_agent.config_rejected") == 1);
        _agent.Log.Records.Last(record => record.Id.Name == "health_agent.config_rejected").Message.ShouldContain(
            "cluster: could not be read: no route to host");
        await ReloadBecomesAsync(isSuccessful: false);

        var gate = new TaskCompletionSource();
        _cluster.BeforeRead = _ => gate.Task;
        _cluster.Set();
        await File.WriteAllTextAsync(
            Path, Stays + "  - { name: comes, kind: memory, dependsOn: [pod] }\n", TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Status("comes") == CheckStatus.Healthy);
        Status("pod").ShouldBe(CheckStatus.Healthy);

        gate.SetResult();
        await EventuallyAsync(() => _agent.Store.Current.Find("pod") is null);
        Status("comes").ShouldBe(CheckStatus.Healthy);
        // The file still names what is gone.
        await ReloadBecomesAsync(isSuccessful: false);
        _cluster.Set(ListSource.Check("pod"));
        await EventuallyAsync(() => Status("pod") == CheckStatus.Healthy);
        await ReloadBecomesAsync(isSuccessful: true);
        _agent.Store.Current.Find("comes")!.Plan.DependsOn.ShouldBe(["pod"]);
    }

    [Fact]
    public async Task Post_AsksAllSourcesNow()
    {
        await StartAsync(Stays, services => services.AddHealthChecks().AddCheck("In Code", () => HealthCheckResult.Healthy()));
        await EventuallyAsync(() => Status("in-code") == CheckStatus.Healthy && _cluster.Reads > 0);
        _cluster.BeforeRead = _ => Task.CompletedTask;
        _cluster.Set(ListSource.Check("pod", dependsOn: "in-code"));
        await File.WriteAllTextAsync(
            Path, Stays + "  - { name: comes, kind: memory, dependsOn: [pod, in-code] }\n", TestContext.Current.CancellationToken);

        var reply = await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload");

        reply.Status.ShouldBe(200);
        reply.Json.GetProperty("added").EnumerateArray().ShouldContain(name => name.GetString() == "comes");
        _agent.Store.Current.Find("pod")!.Plan.DependsOn.ShouldBe(["in-code"]);
        _agent.Store.Current.Find("comes")!.Plan.DependsOn.ShouldBe(["pod", "in-code"]);
        await File.WriteAllTextAsync(
            Path, Stays + "  - { name: pod, kind: memory, dependsOn: [in-cod] }\n", TestContext.Current.CancellationToken);
        (await _agent.SendAsync(HttpMethod.Post, _agent.Loopback, "/reload")).Json.GetProperty("errors").EnumerateArray()
            .Select(line => line.GetString()).ShouldBe(
        [
            $"{Path}:3:44: checks[pod].dependsOn: there is no check 'in-cod' (did you mean 'in-code'?)",
            $"cluster: pod: the name 'pod' is taken by {Path}:3:5; names are unique",
        ]);
        _agent.Store.Current.Find("comes").ShouldNotBeNull();
    }

    /// <summary>By itself, so that no local of a test keeps what it makes.</summary>
    private void Set(int number, List<WeakReference> gone)
    {
        var plan = ListSource.Check($"pod-{number}");
        gone.Add(new WeakReference(plan));
        _cluster.Set(plan);
    }

    private CheckStatus? Status(string name) => _agent.Store.Current.Find(name)?.Status;

    private int Events(string name = "health_check.state_changed") =>
        _agent.Log.Records.Count(record => record.Id.Name == name
            && (name != "health_check.state_changed" || record.Message.StartsWith("stays ", StringComparison.Ordinal)));

    private async Task<string> MetricsAsync()
    {
        _agent.Clock.Advance(TimeSpan.FromMilliseconds(320));
        return (await _agent.GetAsync("/metrics")).Body;
    }

    /// <summary>A reload says how it went when the checks that it brought may have run already.</summary>
    private async Task ReloadBecomesAsync(bool isSuccessful)
    {
        var start = TimeProvider.System.GetTimestamp();
        var sample = $"health_agent_config_last_reload_successful{{}} {(isSuccessful ? 1 : 0)}\n";
        while (!(await MetricsAsync()).Contains(sample, StringComparison.Ordinal))
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30), sample);
        }
    }

    private static IEnumerable<string> Samples(string text, string metric) => text.Split('\n')
        .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal))
        .Select(line => line.Split("health_check_name=\"")[1].Split('"')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private async Task StartAsync(string yaml, Action<IServiceCollection>? prepare = null)
    {
        await File.WriteAllTextAsync(Path, yaml);
        var kinds = new KindIndex(CheckKinds.All);
        var (plan, errors) = AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(Path), kinds, _ => null), _cluster);
        errors.ShouldBeEmpty();
        _agent = await AgentServer.StartAsync(plan!, services =>
        {
            services.AddSingleton<IPlanListener>(_replacements);
            prepare?.Invoke(services);
        });
    }

    private Task EventuallyAsync(Func<bool> condition) => Eventually.Is(
        () =>
        {
            _agent.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        "it has come about");

    private sealed class Replacements : IPlanListener
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void OnReplaced(AgentPlan next) => Interlocked.Increment(ref _count);
    }
}
