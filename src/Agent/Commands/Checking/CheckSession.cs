using HealthAgent.Agent.Hosting;
using HealthAgent.Instruments;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Runs checks once and reports them on standard output.</summary>
internal static class CheckSession
{
    /// <summary>Runs the checks until all have completed, or until a signal; the exit code is that of their outcomes.</summary>
    /// <param name="agent">The settings under which they run.</param>
    /// <param name="plans">The checks.</param>
    /// <param name="isJson">Whether they are reported as JSON.</param>
    /// <param name="isBrief">Whether a pass is reported in one line.</param>
    /// <param name="cancellation">Interrupts it.</param>
    public static async Task<int> RunAsync(
        AgentPlan agent, IReadOnlyList<CheckPlan> plans, bool isJson, bool isBrief, CancellationToken cancellation)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<AgentClock>();
        services.AddSingleton<SchedulerPulse>();
        services.AddSingleton<ExportHealth>();
        services.AddSingleton(new BodyMemory(agent.Memory));
        services.AddSingleton<CheckRunner>();
        await using var provider = services.BuildServiceProvider();
        ReservedThreads.For(agent.Concurrency);

        using var interruption = new Interruption();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, cancellation);
        var runner = provider.GetRequiredService<CheckRunner>();
        if (!isJson && Terminal.IsUsed(Environment.GetEnvironmentVariable))
        {
            var terminal = Terminal.Open();
            var shown = await Progress.WatchAsync(terminal, runner, agent, plans, either.Token);
            TerminalReport.Write(terminal, shown.Select(run => CheckReport.Of(run, shown, isBrief)));
            TerminalReport.WriteCounts(terminal, shown);
            return CheckedRun.ExitCodeOf(shown);
        }

        var runs = await new SideBySide(runner, agent).RunAsync(plans, either.Token);
        await using var output = new OutputWriter();
        await output.WriteAsync(
            isJson
                ? JsonReport.Of(runs)
                : PlainReport.Of(runs.Select(run => CheckReport.Of(run, runs, isBrief)), CheckReport.CountsOf(runs)));
        return CheckedRun.ExitCodeOf(runs);
    }
}
