using System.Globalization;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using Spectre.Console;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Shows on a terminal which checks are running, until all have completed.</summary>
internal static class Progress
{
    // More would not fit; how many are done is always shown.
    private const int MostShown = 10;

    /// <summary>Runs checks side by side, and shows their progress.</summary>
    public static async Task<IReadOnlyList<CheckedRun>> WatchAsync(
        IAnsiConsole terminal, CheckRunner runner, AgentPlan agent, IReadOnlyList<CheckPlan> plans, CancellationToken interrupted)
    {
        IReadOnlyList<CheckedRun> runs = [];
        await terminal.Progress().AutoClear(enabled: true).HideCompleted(enabled: true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var shown = new Shown(context, plans.Count);
                var sideBySide = new SideBySide(runner, agent) { Started = shown.Start, Completed = shown.Complete };
                runs = await sideBySide.RunAsync(plans, interrupted);
            });
        return runs;
    }

    private sealed class Shown(ProgressContext context, int count)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, ProgressTask> _running = new(StringComparer.Ordinal);
        private readonly ProgressTask? _all = count > 1 ? context.AddTask(Done(0, count), autoStart: true, maxValue: count) : null;
        private int _done;

        public void Start(CheckPlan plan)
        {
            lock (_gate)
            {
                if (_running.Count < MostShown)
                {
                    _running[plan.Name] = context.AddTask(Markup.Escape(plan.Name), autoStart: true, maxValue: 1);
                }
            }
        }

        public void Complete(CheckPlan plan)
        {
            lock (_gate)
            {
                if (_running.Remove(plan.Name, out var task))
                {
                    task.Increment(1);
                }

                if (_all is not null)
                {
                    _all.Description = Done(++_done, count);
                    _all.Increment(1);
                }
            }
        }

        private static string Done(int done, int count) => string.Create(CultureInfo.InvariantCulture, $"{done} of {count} checks done");
    }
}
