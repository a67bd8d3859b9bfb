using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Reload;

/// <summary>A file, code and a source that keeps changing, in a whole agent.</summary>
public sealed class PlanSourcesTests : AgentWithSources
{
    private const string Stays = "checks:\n  - { name: stays, kind: memory, interval: 1h, timeout: 1h }\n";

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Source_ThatChangesFiftyTimesASecond_IsTakenNowAndThenAndItsLastStateAlways()
    {
        await StartAsync(Stays);
        await EventuallyAsync(() => Status("stays") == CheckStatus.Healthy && Cluster.Reads > 0);
        Agent.Record("stays", "PP");
        var (before, replaced, events) = (Agent.Store.Current.Find("stays")!, Replacements.Count, Events());
        var start = Agent.Clock.GetUtcNow();

        for (var i = 0; i < 1000; i++)
        {
            Cluster.Set([.. Enumerable.Range(i, i % 5).Select(number => ListSource.Check($"pod-{number}", $"group-{number % 3}"))]);
            Agent.Clock.Advance(Step);
        }

        Cluster.Set(ListSource.Check("pod-last", dependsOn: "stays"));
        await EventuallyAsync(() => Agent.Store.Current.Checks.Count == 2 && Status("pod-last") == CheckStatus.Healthy);
        var seconds = (Agent.Clock.GetUtcNow() - start).TotalSeconds;
        (Replacements.Count - replaced).ShouldBeInRange(1, (int)Math.Ceiling(seconds) + 1);

        var after = Agent.Store.Current.Find("stays")!;
        after.Plan.ShouldBeSameAs(before.Plan);
        after.Last.ShouldBeSameAs(before.Last);
        (after.Status, after.Streak).ShouldBe((before.Status, before.Streak));
        Events().ShouldBe(events, "nothing is reported of what stays");
        // The loop has another turn only once the run is recorded with all that follows from it.
        await Agent.Services.GetRequiredService<Worker>().ReplaceAsync(Agent.Store.Current.Plan);
        var text = await MetricsAsync();
        Samples(text, "health_check_up").ShouldBe(["pod-last", "stays"]);
        Samples(text, "health_check_executions_total").ShouldBe(["pod-last", "stays"]);
        text.ShouldNotContain("group-");
        text.ShouldNotContain("otel_metric_overflow");
    }

    [Fact]
    public async Task Source_ThatKeepsChanging_LeavesNothingBehind()
    {
        await StartAsync(Stays);
        await EventuallyAsync(() => Status("stays") == CheckStatus.Healthy);
        var (last, gone) = (Agent.Store.Current.Find("stays")!.Last, new List<WeakReference>());

        for (var i = 0; i < 150; i++)
        {
            Set(i, gone);
            Agent.Clock.Advance(Step);
            if (i % 50 == 49)
            {
                var replaced = Replacements.Count;
                await EventuallyAsync(() => Replacements.Count > replaced);
            }
        }

        Cluster.Set(ListSource.Check("pod-last"));
        await EventuallyAsync(() => Status("pod-last") == CheckStatus.Healthy);
        Replacements.Count.ShouldBeInRange(3, 8);
        Agent.Store.Current.Checks.Select(state => state.Plan.Name).ShouldBe(["stays", "pod-last"]);
        Agent.Store.Current.Find("stays")!.Last.ShouldBeSameAs(last);
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
        Cluster.Set(ListSource.Check("pod"));
        await EventuallyAsync(() => Status("pod") == CheckStatus.Healthy);
        Cluster.BeforeRead = _ => throw new IOException("no route to host");
        Cluster.Set();
        await EventuallyAsync(() => Events("health_agent.config_rejected") == 1);
        Agent.Log.Records.Last(record => record.Id.Name == "health_agent.config_rejected").Message.ShouldContain(
            "cluster: could not be read: no route to host");
        await ReloadBecomesAsync(isSuccessful: false);

        var gate = new TaskCompletionSource();
        Cluster.BeforeRead = _ => gate.Task;
        Cluster.Set();
        await File.WriteAllTextAsync(
            Path, Stays + "  - { name: comes, kind: memory, dependsOn: [pod] }\n", TestContext.Current.CancellationToken);
        await EventuallyAsync(() => Status("comes") == CheckStatus.Healthy);
        Status("pod").ShouldBe(CheckStatus.Healthy);

        gate.SetResult();
        await EventuallyAsync(() => Agent.Store.Current.Find("pod") is null);
        Status("comes").ShouldBe(CheckStatus.Healthy);
        // The file still names what is gone.
        await ReloadBecomesAsync(isSuccessful: false);
        Cluster.Set(ListSource.Check("pod"));
        await EventuallyAsync(() => Status("pod") == CheckStatus.Healthy);
        await ReloadBecomesAsync(isSuccessful: true);
        Agent.Store.Current.Find("comes")!.Plan.DependsOn.ShouldBe(["pod"]);
    }

    [Fact]
    public async Task Post_AsksAllSourcesNow()
    {
        await StartAsync(Stays, services => services.AddHealthChecks().AddCheck("In Code", () => HealthCheckResult.Healthy()));
        await EventuallyAsync(() => Status("in-code") == CheckStatus.Healthy && Cluster.Reads > 0);
        Cluster.BeforeRead = _ => Task.CompletedTask;
        Cluster.Set(ListSource.Check("pod", dependsOn: "in-code"));
        await File.WriteAllTextAsync(
            Path, Stays + "  - { name: comes, kind: memory, dependsOn: [pod, in-code] }\n", TestContext.Current.CancellationToken);

        var reply = await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload");

        reply.Status.ShouldBe(200);
        reply.Json.GetProperty("added").EnumerateArray().ShouldContain(name => name.GetString() == "comes");
        Agent.Store.Current.Find("pod")!.Plan.DependsOn.ShouldBe(["in-code"]);
        Agent.Store.Current.Find("comes")!.Plan.DependsOn.ShouldBe(["pod", "in-code"]);
        await File.WriteAllTextAsync(
            Path, Stays + "  - { name: pod, kind: memory, dependsOn: [in-cod] }\n", TestContext.Current.CancellationToken);
        (await Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload")).Json.GetProperty("errors").EnumerateArray()
            .Select(line => line.GetString()).ShouldBe(
        [
            $"{Path}:3:44: checks[pod].dependsOn: there is no check 'in-cod' (did you mean 'in-code'?)",
            $"cluster: pod: the name 'pod' is taken by {Path}:3:5; names are unique",
        ]);
        Agent.Store.Current.Find("comes").ShouldNotBeNull();
    }

    /// <summary>By itself, so that no local of a test keeps what it makes.</summary>
    private void Set(int number, List<WeakReference> gone)
    {
        var plan = ListSource.Check($"pod-{number}");
        gone.Add(new WeakReference(plan));
        Cluster.Set(plan);
    }

    private int Events(string name = "health_check.state_changed") =>
        Agent.Log.Records.Count(record => record.Id.Name == name
            && (name != "health_check.state_changed" || record.Message.StartsWith("stays ", StringComparison.Ordinal)));

    private async Task<string> MetricsAsync()
    {
        Agent.Clock.Advance(TimeSpan.FromMilliseconds(320));
        return (await Agent.GetAsync("/metrics")).Body;
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
}
