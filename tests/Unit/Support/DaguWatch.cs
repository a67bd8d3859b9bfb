using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Unit.Support;

/// <summary>A check of kind <c>dagu</c> against a stand-in, run after run on one fake clock.</summary>
internal sealed class DaguWatch : IAsyncDisposable
{
    private readonly CheckRun.Instance _check;

    private DaguWatch(DaguStandIn dagu, CheckPlan plan) => (Dagu, _check) = (dagu, new CheckRun.Instance(plan, dagu.Clock));

    /// <summary>What is watched.</summary>
    public DaguStandIn Dagu { get; }

    /// <summary>Starts a stand-in, and a check with these lines beside its URL.</summary>
    public static async Task<DaguWatch> StartAsync(params string[] lines)
    {
        var dagu = await DaguStandIn.StartAsync();
        return new DaguWatch(dagu, Configured.Plan(["kind: dagu", $"url: {dagu.Url}", "timeout: 15s", .. lines]));
    }

    /// <summary>Runs it once.</summary>
    public Task<CheckVerdict> RunAsync() => _check.JudgeAsync();

    /// <summary>Runs it every few seconds for a while; returns each verdict.</summary>
    public async Task<IReadOnlyList<CheckVerdict>> RunForAsync(int seconds, int every = 5)
    {
        var verdicts = new List<CheckVerdict>();
        for (var passed = 0; passed < seconds; passed += every)
        {
            Dagu.Clock.Advance(TimeSpan.FromSeconds(every));
            verdicts.Add(await RunAsync());
        }

        return verdicts;
    }

    public async ValueTask DisposeAsync()
    {
        _check.Dispose();
        await Dagu.DisposeAsync();
    }
}
