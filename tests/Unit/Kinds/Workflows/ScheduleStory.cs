using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>A Dagu with a DAG of every minute, whose scheduler fires or not; a step is half a minute.</summary>
internal sealed class ScheduleStory : IAsyncDisposable
{
    private readonly StandInDag _dag;
    private int _fired;

    private ScheduleStory(DaguStandIn dagu, CheckRun.Instance check) => (Dagu, Check, _dag) = (dagu, check, dagu.Dags[0]);

    public DaguStandIn Dagu { get; }

    private CheckRun.Instance Check { get; }

    public bool Fires { get; set; } = true;

    public int Schedulers { get; set; } = 1;

    public static async Task<ScheduleStory> BeginAsync(string schedules, string spec = "", string file = "minutely")
    {
        var dagu = await DaguStandIn.StartAsync();
        // Half a minute past noon.
        dagu.Clock.Advance(TimeSpan.FromSeconds(30));
        dagu.Dags.Add(
            new StandInDag(file) { Name = "minutely", Cron = "* * * * *", Spec = spec, NextRun = dagu.Now.AddSeconds(30) });
        var plan = Configured.Plan(["kind: dagu", $"url: {dagu.Url}", .. schedules.Split(", ")]);
        return new ScheduleStory(dagu, new CheckRun.Instance(plan, dagu.Clock));
    }

    public Task<CheckVerdict> CheckAsync() => Check.JudgeAsync();

    public void Step(bool nextRunGoesOn = false)
    {
        Dagu.Clock.Advance(TimeSpan.FromSeconds(30));
        if (Dagu.Now.Second != 0 || _dag.IsSuspended)
        {
            return;
        }

        _dag.NextRun = Fires || nextRunGoesOn ? Dagu.Now.AddMinutes(1) : _dag.NextRun;
        for (var n = 0; n < Schedulers && Fires; n++)
        {
            Dagu.Runs.Add(new StandInRun("minutely", $"run-{_fired++}")
            {
                Status = StandInStatus.Succeeded, ScheduleTime = Dagu.Now, StartedAt = Dagu.Now, FinishedAt = Dagu.Now.AddSeconds(2),
                TriggerType = "scheduler",
            });
        }
    }

    public async Task StepAsync(int steps, bool nextRunGoesOn = false)
    {
        for (var step = 0; step < steps; step++)
        {
            Step(nextRunGoesOn);
            await CheckAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        Check.Dispose();
        return Dagu.DisposeAsync();
    }
}
