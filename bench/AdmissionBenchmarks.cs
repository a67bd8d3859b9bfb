using BenchmarkDotNet.Attributes;
using HealthAgent.Scheduling;

namespace HealthAgent.Benchmarks;

/// <summary>A slot for a run, taken and given back.</summary>
[MemoryDiagnoser]
public class AdmissionBenchmarks
{
    private readonly Admission _admission = new();
    private ScheduledCheck _check = null!;
    private TimeSpan _now;

    [GlobalSetup]
    public void Setup()
    {
        var plan = Checks.Agent(1);
        _check = new ScheduledCheck(plan.Checks[0], 0, TimeSpan.Zero);
        _admission.Limit(plan);
    }

    [Benchmark]
    public void EnterAndLeave()
    {
        _now += TimeSpan.FromSeconds(1);
        _admission.Suspect(_now);
        _admission.TryEnter(_check, _now);
        _admission.Leave(_check, TimeSpan.Zero, _now);
    }
}
