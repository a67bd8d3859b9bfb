using BenchmarkDotNet.Attributes;
using HealthAgent.Agent.Access;
using HealthAgent.Agent.Hosting;
using HealthAgent.Configuration;
using HealthAgent.Endpoints;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Benchmarks;

/// <summary>
/// What a request costs in the agent's own code: by the handler as it is mapped, without Kestrel. The first one after a
/// change of the snapshot renders the answer; the others send it again.
/// </summary>
[MemoryDiagnoser]
public class AnswerBenchmarks
{
    private StateStore _store = null!;
    private RequestDelegate _health = null!;
    private RequestDelegate _ready = null!;
    private RequestDelegate _live = null!;
    private DefaultHttpContext _context = null!;
    private CompletedRun[] _run = null!;

    [Params(10, 1_000, 10_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _store = Checks.Store(Count);
        _run = [new CompletedRun(0, Checks.Outcome(passed: true), Span: null)];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(_store).AddSingleton(TimeProvider.System).AddSingleton<SchedulerPulse>();
        builder.Services.AddSingleton<Readiness>().AddSingleton<SchedulerMetrics>();
        builder.Services.AddSingleton<Answers>().AddSingleton<HealthDocuments>();
        var routes = builder.Build();
        var options = new HealthAgentEndpointOptions();
        Permissions.Apply(options, _store);
        routes.MapProbes(options);
        routes.MapHealth(options);
        RequestDelegate Handler(string pattern) =>
            ((IEndpointRouteBuilder)routes).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Single(endpoint => endpoint.RoutePattern.RawText == pattern).RequestDelegate!;
        (_health, _ready, _live) = (Handler("/health"), Handler("/readyz"), Handler("/livez"));
        _context = new DefaultHttpContext
        {
            Request = { Method = "GET", Host = new HostString("localhost") },
            Response = { Body = Stream.Null },
        };
        _context.Features.Set(new BoundListener(new Listener(new Uri("http://127.0.0.1:0"))));
    }

    [Benchmark(Description = "/livez")]
    public Task Live() => _live(_context);

    [Benchmark(Description = "/readyz, again")]
    public Task ReadyAgain() => _ready(_context);

    [Benchmark(Description = "/health?mode=full, again")]
    public Task HealthAgain()
    {
        _context.Request.QueryString = new QueryString("?mode=full");
        var sent = _health(_context);
        _context.Request.QueryString = default;
        return sent;
    }

    [Benchmark(Description = "a run, then /readyz")]
    public Task ReadyAnew()
    {
        _store.Record(_run);
        return _ready(_context);
    }

    [Benchmark(Description = "a run, then /health?mode=full")]
    public Task HealthAnew()
    {
        _store.Record(_run);
        return HealthAgain();
    }
}
