using BenchmarkDotNet.Attributes;
using HealthAgent.State;

namespace HealthAgent.Benchmarks;

/// <summary>What one run costs between its end and the snapshot.</summary>
[MemoryDiagnoser]
public class FoldBenchmarks
{
    private readonly RunRecord _pass = Checks.Outcome(passed: true);
    private readonly RunRecord _fail = Checks.Outcome(passed: false);
    private readonly CheckState _healthy = Apply(CheckState.Initial(Checks.Plan(0), default), Checks.Outcome(passed: true), default).State;
    private CheckState _failing = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _failing = _healthy;
        for (var fails = 0; fails < 2; fails++)
        {
            (_failing, _) = Apply(_failing, _fail, default);
        }
    }

    [Benchmark(Baseline = true)]
    public object Agrees() => Apply(_healthy, _pass, default).State;

    [Benchmark]
    public object? Turns() => Apply(_failing, _fail, default).Transition;

    private static (CheckState State, Transition? Transition) Apply(CheckState state, RunRecord run, Moment now) =>
        Fold.Settle(Fold.Observe(state, run, now.Steady, now), default, now);
}
