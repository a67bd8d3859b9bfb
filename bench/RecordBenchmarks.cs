using BenchmarkDotNet.Attributes;
using HealthAgent.State;

namespace HealthAgent.Benchmarks;

/// <summary>What one run costs to be folded into a snapshot of so many checks, alone or in a batch.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private StateStore _store = null!;
    private CompletedRun[] _pass = null!;
    private CompletedRun[] _batch = null!;
    private CompletedRun[] _turn = null!;
    private CompletedRun[] _turnBack = null!;

    [Params(10, 1_000, 10_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _store = Checks.Store(Count);
        _pass = [new CompletedRun(0, Checks.Outcome(passed: true), Span: null)];
        _batch = [.. Enumerable.Range(0, 10).Select(position => new CompletedRun(position, Checks.Outcome(passed: true), Span: null))];
        _turn = [.. Enumerable.Range(0, 3).Select(_ => new CompletedRun(0, Checks.Outcome(passed: false), Span: null))];
        _turnBack = _pass;
    }

    [Benchmark(Baseline = true, Description = "one run, no change of status")]
    public void One() => _store.Record(_pass);

    [Benchmark(Description = "ten runs at once, no change of status")]
    public void Ten() => _store.Record(_batch);

    [Benchmark(Description = "down and up again: two changes of status")]
    public void DownAndUp()
    {
        _store.Record(_turn);
        _store.Record(_turnBack);
    }
}
