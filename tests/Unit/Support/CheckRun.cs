using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Support;

/// <summary>Runs a planned check and judges it, as the worker does.</summary>
internal static class CheckRun
{
    /// <summary>Plans a check of these lines and runs it once.</summary>
    public static async Task<CheckVerdict> JudgeAsync(params string[] lines)
    {
        using var instance = new Instance(Configured.Plan([.. lines.Where(line => line.Length > 0)]));
        return await instance.JudgeAsync();
    }

    /// <summary>Plans a check of these lines and runs it once; its time is up at a moment, however long it took to get there.</summary>
    public static async Task<CheckVerdict> JudgeUntilAsync(Task moment, params string[] lines)
    {
        using var instance = new Instance(Configured.Plan(["interval: 1h", "timeout: 30m", .. lines]));
        return await instance.JudgeAsync(moment).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    /// <summary>What was observed under a name; null when it was not.</summary>
    public static object? Observed(this CheckVerdict judgement, string name) =>
        judgement.Observations.FirstOrDefault(pair => pair.Name == name).Value;

    /// <summary>A check that is made once and can be run again.</summary>
    public sealed class Instance : IDisposable
    {
        private readonly ServiceProvider _services;
        private readonly CheckPlan _plan;
        private readonly IHealthCheck _check;

        /// <summary>The memory that its runs share with those of others.</summary>
        public BodyMemory Memory { get; init; } = new(256 * 1024 * 1024);

        public Instance(CheckPlan plan, TimeProvider? clock = null)
        {
            _services = new ServiceCollection().AddSingleton(clock ?? TimeProvider.System).BuildServiceProvider();
            (_plan, _check) = (plan, plan.Registration.Factory(_services));
        }

        /// <summary>Runs it within its deadline, which a moment can bring forward.</summary>
        public async Task<CheckVerdict> JudgeAsync(Task? moment = null)
        {
            using var deadline = new CancellationTokenSource(_plan.Timeout, TimeProvider.System);
            using var held = RunMemory.Begin(Memory);
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                var running = _check.CheckHealthAsync(new HealthCheckContext { Registration = _plan.Registration }, deadline.Token);
                if (moment is not null)
                {
                    await Task.WhenAny(moment, running);
                    await deadline.CancelAsync();
                }

                var result = await running;
                return CheckVerdict.Of(_plan, result, TimeProvider.System.GetElapsedTime(started));
            }
            catch (Exception e)
            {
                return CheckVerdict.OfException(_plan, e, TimeProvider.System.GetElapsedTime(started));
            }
        }

        public void Dispose()
        {
            (_check as IDisposable)?.Dispose();
            _services.Dispose();
        }
    }
}
