using HealthAgent.Memory;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Support;

/// <summary>Runs a check once by the runner, with deadline, tries and span.</summary>
internal static class OneRun
{
    /// <summary>Runs it by the system's clock.</summary>
    public static async Task<FinishedRun> OfAsync(CheckInstance check)
    {
        await using var services = new ServiceCollection().AddSingleton(TimeProvider.System).BuildServiceProvider();
        var runner = new CheckRunner(services, new AgentClock(TimeProvider.System), new BodyMemory(256 * 1024 * 1024), TimeProvider.System);
        return await runner.RunAsync(check);
    }
}
