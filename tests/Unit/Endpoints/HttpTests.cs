using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>What all surfaces have in common: caching, methods, errors, limits.</summary>
public sealed class HttpTests
{
    private static readonly CheckPlan[] Checks = [Plans.Check("db", group: "orders")];

    /// <summary>All that can be asked.</summary>
    public static TheoryData<string> Everything =>
        [.. Snapshots.Select(row => row.Data), "/livez", "/livez?verbose", "/readyz?verbose", "/metrics"];

    /// <summary>What is answered from the snapshot.</summary>
    public static TheoryData<string> Snapshots =>
    [
        "/readyz", "/startupz", "/readyz/db", "/health", "/health?mode=full", "/health/checks", "/health/checks/db",
        "/health/groups/orders",
        "/health/tiers/dependency", "/api/v1/health",
    ];

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Get_OfEverything_IsNeverStored(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var reply = await agent.GetAsync(path);

        reply.Headers["Cache-Control"].ShouldBe("no-store");
        reply.Headers.ContainsKey("Server").ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Head_OfEverything_IsGetWithoutABody(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");

        var get = await agent.GetAsync(path);
        var head = await agent.SendAsync(HttpMethod.Head, agent.Loopback, path);

        head.Status.ShouldBe(get.Status);
        head.Body.ShouldBeEmpty();
        (head.ContentType, head.ETag, head.Headers["Cache-Control"]).ShouldBe((get.ContentType, get.ETag, get.Headers["Cache-Control"]));
        if (path != "/metrics")
        {
            head.Headers["Content-Length"].ShouldBe(get.Headers["Content-Length"]);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task OtherMethods_OnEverything_AreRefused(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, HttpMethod.Options,
            new HttpMethod("PROPFIND") })
        {
            var reply = await agent.SendAsync(method, agent.Loopback, path);
            reply.ShouldBeProblem(405);
            reply.Headers["Allow"].Split(", ").ShouldBe(["GET", "HEAD"], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Metrics_ByWhatIsAccepted_IsPrometheusTextOrOpenMetrics()
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var text = await agent.GetAsync("/metrics");
        (text.Status, text.ContentType!.Split(';')[0]).ShouldBe((200, "text/plain"));
        text.Body.ShouldContain("health_check_status{");

        var open = await agent.GetAsync("/metrics", ("Accept", "application/openmetrics-text;version=1.0.0"));
        open.ContentType!.ShouldStartWith("application/openmetrics-text");
        open.Body.TrimEnd().ShouldEndWith("# EOF");
        (await agent.GetPubliclyAsync("/metrics")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("/health/checks/d%62", 200)]
    [InlineData("/health/checks/db/", 200)]
    [InlineData("/HEALTH/Checks/db", 200)]
    [InlineData("/health/checks/%64%62", 200)]
    [InlineData("/health/checks/..%2fdb", 404)]
    [InlineData("/health/checks/db%2fx", 404)]
    [InlineData("/health/checks/%20db", 404)]
    [InlineData("/health/checks/%F0%9F%9A%91", 404)]
    [InlineData("/health/checks/%", 404)]
    [InlineData("/health/checks/%ff%fe", 404)]
    [InlineData("/health/groups/orders%2f..%2forders", 404)]
    [InlineData("/health/tiers/../checks/db", 200)]
    [InlineData("/readyz/%0d%0aSet-Cookie:%20a=b", 404)]
    [InlineData("//health", 404)]
    [InlineData("/health?%", 200)]
    [InlineData("/health?mode", 200)]
    [InlineData("/health?=&&&=", 200)]
    [InlineData("/readyz?exclude", 200)]
    [InlineData("/readyz?exclude=&exclude=,,,", 200)]
    public async Task Get_OddPaths_AreAnsweredInOrder(string path, int status)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");

        var reply = await agent.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        reply.ShouldStartWith($"HTTP/1.1 {status} ");
        reply.ShouldContain("Cache-Control: no-store");
        reply.ShouldNotContain("Set-Cookie:");
        agent.Log.Records.Where(record => record.Exception is not null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_AVeryLongName_IsNotFound()
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        (await agent.GetAsync("/health/checks/" + new string('a', 7000))).ShouldBeProblem(404);
        (await agent.GetAsync("/health?mode=" + new string('a', 7000))).ShouldBeProblem(400);
        (await agent.GetAsync("/readyz?exclude=" + new string('a', 7000))).Status.ShouldBe(503);
    }

    [Theory]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", 9_000, 414)]
    [InlineData("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: {0}\r\n\r\n", 40_000, 431)]
    [InlineData("GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: {0}\r\n\r\n", 0, 400)]
    [InlineData("GET /livez HTTP/1.1\r\n\r\n", 0, 400)]
    [InlineData("GET /livez\r\n\r\n", 0, 400)]
    [InlineData("\0\0\0\0\r\n\r\n", 0, 400)]
    public async Task Requests_TooLargeOrBroken_AreRefused(string request, int length, int status)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var reply =
            await agent.SendRawAsync(request.Replace("{0}", length == 0 ? "ten" : new string('a', length), StringComparison.Ordinal));

        reply.ShouldStartWith($"HTTP/1.1 {status} ");
        (await agent.GetAsync("/livez")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Request_WithAnOversizeBody_IsNotReadToItsEnd(string method)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        // The connection is closed although only a bit more than the limit of the announced body was sent.
        var reply = await agent.SendRawAsync(
            $"{method} /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n{new string('a', 70_000)}");

        reply.ShouldNotContain("HTTP/1.1 500");
        (await agent.GetAsync("/livez")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("*/*")]
    public async Task Errors_WhateverIsAccepted_AreProblems(string accept)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        (await agent.GetAsync("/nothing", ("Accept", accept))).ShouldBeProblem(404);
        (await agent.GetAsync("/health?mode=bogus", ("Accept", accept))).ShouldBeProblem(400);
    }
}
