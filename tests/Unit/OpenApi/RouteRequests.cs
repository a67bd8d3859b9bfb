using HealthAgent.Endpoints;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.OpenApi;

/// <summary>Requests that get each of the answers of a route.</summary>
internal sealed class RouteRequests(AgentServer agent)
{
    public const string Events = "/events";

    private static readonly string[] Names = ["db", "orders", "dependency", "none"];

    private string[] Queries =>
    [
        "", "?mode=full", "?mode=none", "?module=tcp_connect&target=192.0.2.1:1",
        $"?module=tcp_connect&target={agent.Loopback.Authority}",
    ];

    private static readonly string?[] Accepted =
        [null, "application/json", "application/health+json", "text/plain", "text/html", "application/openmetrics-text"];

    /// <summary>A request for each answer to an action; what is made is removed.</summary>
    public static IEnumerable<(string Method, string Path, string Url, string? Body)> Actions
    {
        get
        {
            const string Acknowledge = "/health/checks/{name}/acknowledge";
            string?[] wrong = ["{", "{}", null];
            return
            [
                ("POST", Acknowledge, "/health/checks/db/acknowledge", """{ "reason": "known" }"""),
                ("DELETE", Acknowledge, "/health/checks/db/acknowledge", null),
                ("DELETE", Acknowledge, "/health/checks/db/acknowledge", null),
                ("POST", Acknowledge, "/health/checks/second/acknowledge", """{ "reason": "known" }"""),
                ("POST", Acknowledge, "/health/checks/none/acknowledge", """{ "reason": "known" }"""),
                .. wrong.Select(body => ("POST", Acknowledge, "/health/checks/db/acknowledge", body)),
            ];
        }
    }

    /// <summary>Makes a window, in right and wrong ways, and removes it.</summary>
    public async Task<List<(string Method, string Path, Reply Reply)>> MakeWindowAsync(string path)
    {
        var made = await agent.PostAsync(path, """{ "checks": ["*"], "duration": "1h", "reason": "planned" }""");
        List<(string Method, string Path, Reply Reply)> replies =
        [
            ("POST", path, made), ("POST", path, await agent.PostAsync(path, "{")), ("POST", path, await agent.PostAsync(path, "{}")),
            ("POST", path, await agent.PostAsync(path)), ("POST", path, await agent.SendAsync(HttpMethod.Post, agent.Public, path)),
        ];
        var url = $"{path}/{made.Json.GetProperty("id").GetString()}";
        foreach (var listener in new[] { agent.Public, agent.Loopback, agent.Loopback })
        {
            replies.Add(("DELETE", path + "/{id}", await agent.SendAsync(HttpMethod.Delete, listener, url)));
        }

        return replies;
    }

    /// <summary>Asks in every way that the document speaks of, and in some that it refuses.</summary>
    public async Task<List<Reply>> AskAsync(string method, string path)
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
                        agent.Clock.Advance(TimeSpan.FromSeconds(1));
                    }

                    replies.Add(await agent.SendAsync(new HttpMethod(method), agent.Loopback, url, headers));
                    replies.Add(await agent.SendAsync(new HttpMethod(method), agent.Public, url, headers));
                }
            }
        }

        return replies;
    }

    /// <summary>Streams do not end; so what one answers is what it begins with.</summary>
    public async Task<List<(string Method, Reply Reply)>> AskForEventsAsync()
    {
        var open = new List<EventReader>();
        List<(string Method, Reply Reply)> replies = [];
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            replies.Add((method.Method, await agent.SendAsync(method, agent.Loopback, $"{Events}?tier=none")));
            replies.Add((method.Method, await agent.SendAsync(method, agent.Loopback, Events, ("Accept", "text/html"))));
            replies.Add((method.Method, await agent.SendAsync(method, agent.Public, Events)));
        }

        replies.Add((HttpMethod.Head.Method, await agent.SendAsync(HttpMethod.Head, agent.Loopback, Events)));
        while (open.Count < EventStreams.MostPerAddress)
        {
            open.Add(await EventReader.OpenAsync(agent.Loopback));
        }

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            replies.Add((method.Method, await agent.SendAsync(method, agent.Loopback, Events)));
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
}
