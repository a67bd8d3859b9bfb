using BenchmarkDotNet.Attributes;
using HealthAgent.Scheduling;

namespace HealthAgent.Benchmarks;

/// <summary>The queue of due times: taking the check that is due next, and planning its next start.</summary>
[MemoryDiagnoser]
public class AgendaBenchmarks
{
    private readonly Agenda _agenda = new(new Random(1));

    [Params(10, 1000, 10_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup() => _agenda.Replace(Checks.Agent(Count).Checks, TimeSpan.Zero);

    [Benchmark]
    public object TakeAndPlanNext()
    {
        var now = _agenda.NextDue!.Value;
        var due = _agenda.TakeDue(now)!;
        _agenda.PlanNext(due, soon: false, now);
        return due;
    }
}
