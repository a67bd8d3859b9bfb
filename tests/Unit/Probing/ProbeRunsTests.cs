using System.Collections.Concurrent;
using System.Diagnostics;
using HealthAgent.Agent.Probing;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.Security;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Probing;

/// <summary>Callers share runs, and nobody has the agent ask a target too often or too many at once.</summary>
public sealed class ProbeRunsTests
{
    [Fact]
    public async Task Callers_AtTheSameTime_ShareARun()
    {
        var (gate, asked) = (new TaskCompletionSource(), 0);
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            Interlocked.Increment(ref asked);
            await gate.Task;
            await context.Response.WriteAsync("ok");
        });
        await using var agent = await ProbeServer.StartAsync();

        var replies = Enumerable.Range(0, 5).Select(_ => agent.ProbeAsync(target.Url)).ToList();
        await Eventually.Is(() => agent.Probes().Callers == 5, "all wait for the run");
        gate.SetResult();

        (await Task.WhenAll(replies)).ShouldAllBe(reply => reply.Value("probe_success") == "1");
        asked.ShouldBe(1);
        (agent.Probes().Count, agent.Probes().Callers).ShouldBe((0, 0));
        (await agent.ProbeAsync(target.Url)).Value("probe_success").ShouldBe("1");
        asked.ShouldBe(2, "what has ended is not kept");
    }

    [Fact]
    public async Task Run_ThatNobodyWaitsFor_IsCancelled()
    {
        var (arrived, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            arrived.SetResult();
            await gone.Task;
        });
        await using var agent = await ProbeServer.StartAsync();
        using var client = new HttpClient { BaseAddress = agent.Loopback };
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var path = new Uri($"/probe?target={Uri.EscapeDataString(target.Url)}&module=http_2xx", UriKind.Relative);
        var callers = new[] { client.GetAsync(path, first.Token), client.GetAsync(path, second.Token) };
        await arrived.Task.Ends();
        await Eventually.Is(() => agent.Probes().Callers == 2, "both wait for the run");

        await first.CancelAsync();
        await Eventually.Is(() => agent.Probes().Callers == 1, "the first has gone");
        gone.Task.IsCompleted.ShouldBeFalse("the second still waits");
        await second.CancelAsync();

        await gone.Task.Ends();
        await Eventually.Is(() => agent.Probes().Count == 0, "nothing is left");
        await Eventually.Is(() => agent.Services.GetRequiredService<SchedulerMetrics>().Running == 0, "its slot is free");
        foreach (var caller in callers)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => caller);
        }
    }

    [Fact]
    public async Task Target_ThatIsAskedForTooOften_IsRefusedForASecond()
    {
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync();
        var address = $"127.0.0.1:{target.Port}";
        for (var i = 0; i < 10; i++)
        {
            (await agent.ProbeAsync(address, "tcp_connect")).Status.ShouldBe(200);
        }

        var refused = await agent.ProbeAsync(address, "tcp_connect");
        refused.ShouldBeProblem(429);
        refused.Headers["Retry-After"].ShouldBe("1");
        (await agent.ProbeAsync("127.0.0.1:1", "tcp_connect")).Status.ShouldBe(200, "another target");
        agent.Clock.Advance(TimeSpan.FromSeconds(1));
        (await agent.ProbeAsync(address, "tcp_connect")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Targets_OfOneSecond_AreTenThousandAtTheMost()
    {
        await using var agent = await ProbeServer.StartAsync();
        var module = agent.Store.Current.Plan.Probe!.Modules["tcp_connect"];
        async Task<ProbeRefusal?> ProbeAsync(int i)
        {
            // Addresses that are not allowed, so that nothing is connected to.
            var target = ProbeTarget.OfAddress($"10.0.{i / 250}.{i % 250}:1", out _)!;
            return (await agent.Probes().RunAsync(module, target, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken)).Refusal;
        }

        for (var i = 0; i < 10_000; i++)
        {
            (await ProbeAsync(i)).ShouldBeNull();
        }

        (await ProbeAsync(10_000)).ShouldBe(ProbeRefusal.TooOften);
        (await ProbeAsync(0)).ShouldBeNull("one of those");
        agent.Clock.Advance(TimeSpan.FromSeconds(1));
        (await ProbeAsync(10_000)).ShouldBeNull();
    }

    [Fact]
    public async Task Targets_AtOnce_AreAsManyAsRunsMayBe()
    {
        await using var hanging = TcpTarget.Hanging();
        await using var agent = await ProbeServer.StartAsync(agent: "concurrency: 1");
        var url = $"http://127.0.0.1:{hanging.Port}/";

        var first = agent.ProbeAsync(url);
        await Eventually.Is(() => agent.Probes().Count == 1, "the first is under way");
        (await agent.ProbeAsync(url + "x")).ShouldBeProblem(429);
        await agent.EndAsync(first);

        (await first).Value("probe_success").ShouldBe("0");
        await using var target = TcpTarget.Closing();
        (await agent.ProbeAsync($"127.0.0.1:{target.Port}", "tcp_connect")).Value("probe_success").ShouldBe("1");
    }

    [Fact]
    public async Task Probe_LeavesNothingInTheSnapshot()
    {
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync();
        var version = agent.Store.Current.Version;

        (await agent.ProbeAsync($"127.0.0.1:{target.Port}", "tcp_connect")).Value("probe_success").ShouldBe("1");

        agent.Store.Current.Version.ShouldBe(version);
        (await agent.GetAsync("/metrics")).Body.ShouldNotContain("tcp_connect");
        (await agent.GetAsync("/health?mode=full")).Body.ShouldNotContain("tcp_connect");
    }

    [Fact]
    public async Task Probe_HasASpanOfItsOwn()
    {
        var spans = new ConcurrentQueue<Activity>();
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync("span_test: { kind: tcp }");
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Names.Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        (await agent.ProbeAsync($"127.0.0.1:{target.Port}", "span_test")).Value("probe_success").ShouldBe("1");

        var span = spans.Where(static span => span.DisplayName == "health_check span_test").ShouldHaveSingleItem();
        span.Parent.ShouldBeNull();
        span.GetTagItem("server.address").ShouldBe("127.0.0.1");
        span.GetTagItem("health_check.outcome").ShouldBe("pass");
    }

    [Fact]
    public async Task Reload_TakesNewModules()
    {
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync();
        var next = ProbeServer.Plan("other: { kind: tcp }") with { Listen = agent.Store.Current.Plan.Listen };

        PlanChange.Between(agent.Store.Current.Plan, next).Settings.ShouldBe(["probe"]);
        await agent.Services.GetRequiredService<Worker>().ReplaceAsync(next);

        (await agent.ProbeAsync($"127.0.0.1:{target.Port}", "tcp_connect")).ShouldBeProblem(400);
        (await agent.ProbeAsync($"127.0.0.1:{target.Port}", "other")).Value("probe_success").ShouldBe("1");
        await agent.Services.GetRequiredService<Worker>().ReplaceAsync(next with { Probe = null });
        (await agent.ProbeAsync($"127.0.0.1:{target.Port}", "other")).ShouldBeProblem(404);
    }
}
