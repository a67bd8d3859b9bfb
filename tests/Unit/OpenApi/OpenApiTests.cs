using HealthAgent.Agent.OpenApi;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace HealthAgent.Unit.OpenApi;

/// <summary>The OpenAPI document, held against what the routes really answer.</summary>
public sealed class OpenApiTests : ReloadingAgent
{
    private const string Configuration = """
        agent: { concurrency: 1 }
        checks:
          - { name: db, kind: memory, interval: 1h, timeout: 1h, group: orders }
          - { name: second, kind: memory, interval: 1h, timeout: 1h }
          - { name: off, kind: memory, enabled: false }
          - { name: job, kind: heartbeat, interval: 1h, grace: 1h }
        probe:
          modules: { tcp_connect: { kind: tcp } }
          targets: ["127.0.0.1:*"]
          allowAddresses: [127.0.0.0/8]
        """;

    private const string Heartbeats = "/heartbeats/{name}";
    private const string Probe = "/probe";
    private const string Problem = "application/problem+json";

    [Fact]
    public async Task Document_HasEveryRouteWithASummary()
    {
        await StartAsync(Configuration);
        var operations = (await DocumentedAsync()).Operations.ToList();

        operations.Select(operation => $"{operation.Method} {operation.Path}").ShouldBe(Mapped, ignoreOrder: true);
        operations.ShouldAllBe(operation => operation.Value.GetProperty("summary").GetString()!.Length > 0);
        DescribedRoutes.All.Keys.Except(Mapped, StringComparer.Ordinal).ShouldBeEmpty("no route is described that is not there");
    }

    [Fact]
    public async Task Document_IsReadWithoutComplaintAndNeverMadeAgain()
    {
        await StartAsync(Configuration);
        var first = await Agent.GetAsync(OpenApiRoute.Route);
        (first.Status, first.ContentType).ShouldBe((200, "application/json"));

        var read = OpenApiDocument.Parse(first.Body, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        first.Json.GetProperty("openapi").GetString()!.ShouldStartWith("3.1.");
        (await Agent.GetAsync(OpenApiRoute.Route, ("If-None-Match", first.ETag!))).Status.ShouldBe(304);
        first.Body.ShouldNotContain("127.0.0.1", customMessage: "it names no listener");
    }

    [Fact]
    public async Task Answers_OfEveryRoute_AreThoseOfTheDocument()
    {
        var stall = new StallingListener();
        await StartAsync(Configuration, services => services.AddSingleton<IStateListener>(stall));
        var (answers, requests) = (await DocumentedAsync(), new RouteRequests(Agent));
        async Task AskAllAsync(Func<string, bool> which)
        {
            foreach (var (method, path, _) in answers.Operations.Where(one => one.Method is "GET" or "HEAD" && which(one.Path)))
            {
                foreach (var reply in await requests.AskAsync(method, path))
                {
                    answers.Hold(method, path, reply);
                }
            }
        }

        try
        {
            // While the loop stands still, it is not alive, and the second check has no verdict.
            await stall.Stalled.Ends();
            Agent.Clock.Advance(SchedulerPulse.Limit);
            await AskAllAsync(path => path.EndsWith('z'));
        }
        finally
        {
            stall.GoOn();
        }

        // Of their own, which would end what is recorded here.
        await Eventually.Is(
            () => new[] { "db", "second" }.All(name => Agent.Store.Current.Find(name)!.Last is not null), "the first runs are recorded");

        foreach (var outcomes in new[] { "PPP", "FFF" })
        {
            Agent.Record("db", outcomes);
            Agent.Record("second", "PPP");
            await AskAllAsync(static path => path != RouteRequests.Events);
        }

        foreach (var (method, path, url, body) in RouteRequests.Actions)
        {
            answers.Hold(method, path, await Agent.SendAsync(new HttpMethod(method), url, body));
            answers.Hold(method, path, await Agent.SendAsync(new HttpMethod(method), Agent.Public, url));
        }

        foreach (var window in new[] { "/maintenance", "/silences" })
        {
            foreach (var (method, path, reply) in await requests.MakeWindowAsync(window))
            {
                answers.Hold(method, path, reply);
            }
        }

        async Task PostAsync(string path, string url, Uri listener) =>
            answers.Hold("POST", path, await Agent.SendAsync(HttpMethod.Post, listener, url));
        foreach (var method in new[] { "GET", "HEAD" })
        {
            // Too often for one target within a second.
            for (var request = 0; !answers.IsMet(method, Probe, 429, method == "GET" ? Problem : "") && request < 1000; request++)
            {
                var url = $"{Probe}?module=tcp_connect&target=127.0.0.1:{Agent.Loopback.Port}";
                answers.Hold(method, Probe, await Agent.SendAsync(new HttpMethod(method), Agent.Loopback, url));
            }
        }

        foreach (var (method, reply) in await requests.AskForEventsAsync())
        {
            answers.Hold(method, RouteRequests.Events, reply);
        }

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Post })
        {
            async Task BeatAsync(string name, Uri listener) =>
                answers.Hold(method.Method, Heartbeats, await Agent.SendAsync(method, listener, $"/heartbeats/{name}"));
            Agent.Clock.Advance(TimeSpan.FromMinutes(1));
            foreach (var name in new[] { "job", "none", "db" })
            {
                await BeatAsync(name, Agent.Loopback);
            }

            await BeatAsync("job?status=none", Agent.Loopback);
            await BeatAsync("job", Agent.Public);
            for (var beat = 0; !answers.IsMet(method.Method, Heartbeats, 429, Problem) && beat < 1000; beat++)
            {
                await BeatAsync("job", Agent.Loopback);
            }
        }

        foreach (var path in new[] { "/health/run", "/health/checks/{name}/run" })
        {
            // The fourth is one too often.
            foreach (var name in new[] { "off", "none", "second", "second", "second", "second" })
            {
                await PostAsync(path, path.Replace("{name}", name, StringComparison.Ordinal), Agent.Loopback);
            }

            await PostAsync(path, path, Agent.Public);
        }

        await PostAsync("/health/run", "/health/run?mode=none", Agent.Loopback);
        await PostAsync("/reload", "/reload", Agent.Loopback);
        await PostAsync("/reload", "/reload", Agent.Public);
        await File.WriteAllTextAsync(Path, "checks: none", TestContext.Current.CancellationToken);
        await PostAsync("/reload", "/reload", Agent.Loopback);
        await File.WriteAllTextAsync(Path, "checks: []", TestContext.Current.CancellationToken);
        await PostAsync("/reload", "/reload", Agent.Loopback);
        foreach (var method in new[] { "GET", "HEAD" })
        {
            // There is no such section any more.
            answers.Hold(method, Probe, await Agent.SendAsync(new HttpMethod(method), Agent.Loopback, Probe));
        }

        answers.NotMet.ShouldBeEmpty("what is documented is answered");
    }

    private async Task<DocumentedAnswers> DocumentedAsync() => new((await Agent.GetAsync(OpenApiRoute.Route)).Json);

    private List<string> Mapped =>
    [
        .. from endpoint in Agent.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           // What gRPC is described by is its own.
           where !endpoint.RoutePattern.RawText!.Contains("grpc", StringComparison.Ordinal)
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           select $"{method} {endpoint.RoutePattern.RawText}",
    ];
}
