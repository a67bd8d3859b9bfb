using System.Globalization;
using System.Text.Json;
using HealthAgent.Agent.OpenApi;
using HealthAgent.Endpoints;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Endpoints;
using HealthAgent.Unit.Reload;
using HealthAgent.Unit.Scheduling;
using Json.Schema;
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

    private const string EventsRoute = "/events";
    private const string Heartbeats = "/heartbeats/{name}";
    private const string Problem = "application/problem+json";

    private static readonly string[] Names = ["db", "orders", "dependency", "none"];
    private string[] Queries =>
    [
        "", "?mode=full", "?mode=none", "?module=tcp_connect&target=192.0.2.1:1",
        $"?module=tcp_connect&target={Agent.Loopback.Authority}",
    ];

    private static readonly string?[] Accepted =
        [null, "application/json", "application/health+json", "text/plain", "text/html", "application/openmetrics-text"];

    [Fact]
    public async Task Document_HasEveryRouteWithASummary()
    {
        await StartAsync(Configuration);
        var operations = OperationsOf((await Agent.GetAsync(OpenApiRoute.Route)).Json).ToList();

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
        var document = (await Agent.GetAsync(OpenApiRoute.Route)).Json;
        var met = new HashSet<string>(StringComparer.Ordinal);
        async Task AskAllAsync(Func<string, bool> which)
        {
            var reading = OperationsOf(document).Where(one => one.Method is "GET" or "HEAD" && which(one.Path));
            foreach (var (method, path, operation) in reading)
            {
                foreach (var reply in await AskAsync(method, path))
                {
                    met.Add(Hold(document, method, path, operation, reply));
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

        foreach (var outcomes in new[] { "PPP", "FFF" })
        {
            Agent.Record("db", outcomes);
            Agent.Record("second", "PPP");
            await AskAllAsync(static path => path != EventsRoute);
        }

        async Task PostAsync(string path, string url, Uri listener) =>
            met.Add(Hold(
                document, "POST", path, OperationsOf(document).Single(one => (one.Method, one.Path) == ("POST", path)).Value,
                await Agent.SendAsync(HttpMethod.Post, listener, url)));
        foreach (var (method, path, operation) in OperationsOf(document).Where(one => one.Path == "/probe"))
        {
            // Too often for one target within a second.
            for (var request = 0; !met.Contains(Answer(method, path, 429, method == "GET" ? Problem : "")) && request < 1000; request++)
            {
                var url = $"{path}?module=tcp_connect&target=127.0.0.1:{Agent.Loopback.Port}";
                met.Add(Hold(document, method, path, operation, await Agent.SendAsync(new HttpMethod(method), Agent.Loopback, url)));
            }
        }

        foreach (var (method, reply) in await AskForEventsAsync())
        {
            var operation = OperationsOf(document).Single(one => (one.Method, one.Path) == (method, EventsRoute)).Value;
            met.Add(Hold(document, method, EventsRoute, operation, reply));
        }

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Post })
        {
            Agent.Clock.Advance(TimeSpan.FromMinutes(1));
            foreach (var name in new[] { "job", "none", "db" })
            {
                met.Add(await BeatAsync(document, method, name, Agent.Loopback));
            }

            met.Add(await BeatAsync(document, method, "job?status=none", Agent.Loopback));
            met.Add(await BeatAsync(document, method, "job", Agent.Public));
            for (var beat = 0; !met.Contains(Answer(method.Method, Heartbeats, 429, Problem)) && beat < 1000; beat++)
            {
                met.Add(await BeatAsync(document, method, "job", Agent.Loopback));
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
        foreach (var (method, path, operation) in OperationsOf(document).Where(one => one.Path == "/probe"))
        {
            // There is no such section any more.
            met.Add(Hold(document, method, path, operation, await Agent.SendAsync(new HttpMethod(method), Agent.Loopback, path)));
        }

        DocumentedOf(document).Where(answer => !met.Contains(answer)).ShouldBeEmpty("what is documented is answered");
    }

    private async Task<string> BeatAsync(JsonElement document, HttpMethod method, string name, Uri listener) => Hold(
        document, method.Method, Heartbeats,
        OperationsOf(document).Single(one => (one.Method, one.Path) == (method.Method, Heartbeats)).Value,
        await Agent.SendAsync(method, listener, $"/heartbeats/{name}"));

    /// <summary>Asks in every way that the document speaks of, and in some that it refuses.</summary>
    private async Task<List<Reply>> AskAsync(string method, string path)
    {
        List<Reply> replies = [];
        foreach (var name in path.Contains('{', StringComparison.Ordinal) ? Names : [""])
        {
            foreach (var query in Queries)
            {
                foreach (var accept in Accepted)
                {
                    var url = path.Split('{')[0] + name + query;
                    (string, string)[] headers = accept is null ? [("If-None-Match", "*")] : [("Accept", accept)];
                    if (accept == Accepted[^1])
                    {
                        // A target may be probed again.
                        Agent.Clock.Advance(TimeSpan.FromSeconds(1));
                    }

                    replies.Add(await Agent.SendAsync(new HttpMethod(method), Agent.Loopback, url, headers));
                    replies.Add(await Agent.SendAsync(new HttpMethod(method), Agent.Public, url, headers));
                }
            }
        }

        return replies;
    }

    /// <summary>Streams do not end; so what one answers is what it begins with.</summary>
    private async Task<List<(string Method, Reply Reply)>> AskForEventsAsync()
    {
        var open = new List<EventReader>();
        List<(string Method, Reply Reply)> replies = [];
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            replies.Add((method.Method, await Agent.SendAsync(method, Agent.Loopback, $"{EventsRoute}?tier=none")));
            replies.Add((method.Method, await Agent.SendAsync(method, Agent.Loopback, EventsRoute, ("Accept", "text/html"))));
            replies.Add((method.Method, await Agent.SendAsync(method, Agent.Public, EventsRoute)));
        }

        replies.Add((HttpMethod.Head.Method, await Agent.SendAsync(HttpMethod.Head, Agent.Loopback, EventsRoute)));
        while (open.Count < EventStreams.MostPerAddress)
        {
            open.Add(await EventReader.OpenAsync(Agent.Loopback));
        }

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            replies.Add((method.Method, await Agent.SendAsync(method, Agent.Loopback, EventsRoute)));
        }

        replies.Add((HttpMethod.Get.Method, new Reply(200, "…", new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = open[0].Response.Content.Headers.ContentType!.ToString(),
        })));
        foreach (var reader in open)
        {
            await reader.DisposeAsync();
        }

        return replies;
    }

    /// <summary>Asserts that an answer is documented, and returns which it is.</summary>
    private static string Hold(JsonElement document, string method, string path, JsonElement operation, Reply reply)
    {
        var type = method == "HEAD" || reply.Body.Length == 0 ? "" : reply.ContentType!.Split(';')[0];
        var answer = Answer(method, path, reply.Status, type);
        DocumentedOf(document).Contains(answer, StringComparer.Ordinal).ShouldBeTrue($"{answer} is not documented: {reply.Body}");
        var response = operation.GetProperty("responses").EnumerateObject().First(one => Status(one.Name) == Status(reply.Status)).Value;
        if (type.EndsWith("json", StringComparison.Ordinal))
        {
            var schema = response.GetProperty("content").GetProperty(type).GetProperty("schema");
            Errors(document, schema, reply.Json).ShouldBeEmpty($"{answer}: {reply.Body}");
        }

        return answer;
    }

    private static IEnumerable<string> DocumentedOf(JsonElement document) =>
        from operation in OperationsOf(document)
        from response in operation.Value.GetProperty("responses").EnumerateObject()
        from type in response.Value.TryGetProperty("content", out var content) ? content.EnumerateObject().Select(one => one.Name) : [""]
        select Answer(operation.Method, operation.Path, int.Parse(response.Name, CultureInfo.InvariantCulture), type);

    private static string Answer(string method, string path, int status, string type) => $"{method} {path} {Status(status)} {type}";

    // Whether a caller is refused with 401 or 403 depends on whether there is a scheme to authenticate by.
    private static string Status(object status) => $"{status}" is "401" or "403" ? "401 or 403" : $"{status}";

    private static IEnumerable<string> Errors(JsonElement document, JsonElement schema, JsonElement body)
    {
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var text = $$"""{ "allOf": [{{schema.GetRawText()}}], "$defs": {{schemas.GetRawText()}} }""";
        var evaluated = JsonSchema.FromText(
                text.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal),
                new BuildOptions { SchemaRegistry = new SchemaRegistry() })
            .Evaluate(body, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return evaluated.IsValid
            ? []
            : ["it is not valid", .. evaluated.Details!.Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))];
    }

    private static IEnumerable<(string Method, string Path, JsonElement Value)> OperationsOf(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private List<string> Mapped =>
    [
        .. from endpoint in Agent.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           // What gRPC is described by is its own.
           where !endpoint.RoutePattern.RawText!.Contains("grpc", StringComparison.Ordinal)
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           select $"{method} {endpoint.RoutePattern.RawText}",
    ];
}
