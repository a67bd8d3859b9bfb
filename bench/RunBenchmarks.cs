using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Explanation;
using HealthAgent.Kinds;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Benchmarks;

/// <summary>What one run of a check costs, of the worker and for somebody who wants it explained.</summary>
[MemoryDiagnoser]
public class RunBenchmarks : IDisposable
{
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private readonly ServiceProvider _services = new ServiceCollection().AddSingleton(TimeProvider.System).BuildServiceProvider();
    private CheckRunner _runner = null!;
    private CheckPlan _plan = null!;
    private CheckInstance _check = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _target.Start(backlog: 4096);
        var yaml = $"checks: [{{ name: it, kind: tcp, address: \"{_target.LocalEndpoint}\" }}]";
        _plan = ReadPlan(yaml);
        _runner = new CheckRunner(_services, new AgentClock(TimeProvider.System), new BodyMemory(1 << 24), TimeProvider.System);
        _check = new CheckInstance(_plan);
    }

    [Benchmark(Baseline = true, Description = "a run of the worker")]
    public async Task<bool> Worker()
    {
        var run = await _runner.RunAsync(_check);
        (await _target.AcceptSocketAsync()).Dispose();
        return run.Record.Result == Result.Pass ? true : throw new InvalidOperationException(run.Record.Reason);
    }

    [Benchmark(Description = "a run that is explained")]
    public async Task<object> Explained()
    {
        var explanation = new RunExplanation();
        await _runner.RunAsync(new CheckInstance(_plan) { Explanation = explanation });
        (await _target.AcceptSocketAsync()).Dispose();
        return explanation.Complete(_plan.Redactor);
    }

    /// <inheritdoc />
    [GlobalCleanup]
    public void Dispose()
    {
        _target.Dispose();
        _services.Dispose();
        GC.SuppressFinalize(this);
    }

    private static CheckPlan ReadPlan(string yaml)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, yaml);
        var kinds = new KindIndex(CheckKinds.All);
        var source = new FileSource(new ConfigurationFile(path), kinds, static _ => null);
        var loaded = AgentPlan.Load(kinds, static _ => null, source);
        File.Delete(path);
        return loaded.Plan!.Checks[0];
    }
}
