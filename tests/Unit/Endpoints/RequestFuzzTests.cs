using CsCheck;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Requests of callers who mean no good, or know no better: each is answered, and none by an error of ours.</summary>
public sealed class RequestFuzzTests
{
    private static readonly CheckPlan[] Checks = [Plans.Check("db", group: "orders"), Plans.Check("cache")];

    private static readonly Gen<string> Pieces = Gen.OneOf(
        Gen.OneOf(
            "verbose", "exclude", "mode", "full", "light", "db", "cache", "=", "&", "?", ",", ";", "%", "%2", "%00", "%0d%0a", "%2f", "%ff",
            "..", "/", "//", "#", "+", "\"", "*", "{name}", "%F0%9F%9A%91", "\t"),
        Gen.String[Gen.Char['!', '~'], 0, 20],
        Gen.Const(new string('a', 900)));

    private static readonly Gen<string> Texts = Pieces.Array[0, 12].Select(string.Concat);

    private static readonly Gen<string> Paths = Gen.Select(
        Gen.OneOf(
            "/livez", "/readyz", "/startupz", "/readyz/", "/health", "/health/checks", "/health/checks/", "/health/groups/",
            "/health/tiers/", "/api/v1/health", "/openapi/v1.json", "/"),
        Gen.OneOf("", "?", "?verbose&", "?mode=", "?exclude="),
        Texts,
        (path, query, text) => (path + query + text).Replace(" ", "%20", StringComparison.Ordinal));

    private static readonly Gen<string> Headers = Gen.Select(
        Gen.OneOf("Accept", "If-None-Match", "If-Modified-Since", "Range", "Content-Type", "Authorization", "X-Forwarded-For", "TE"),
        Gen.OneOf(
            Gen.OneOf(
                "*/*", "text/plain;q=0.5", "application/*+json;q=2", ";;q=", "\"a\", W/\"b\"", "*", "bytes=0-", "Bearer x",
                new string(',', 500)),
            Texts),
        (name, value) => $"{name}: {value}\r\n");

    [Fact]
    public async Task Requests_OfAnyKind_AreAnsweredWithoutAnErrorOfOurs()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");
        agent.Record("cache", "P");
        await Gen.Select(Gen.OneOf("GET", "HEAD", "POST", "PUT", "BREW"), Paths, Headers.Array[0, 4], Gen.Bool, Gen.Bool).SampleAsync(
            async (method, path, headers, isPublic, hasBody) =>
            {
                var body = hasBody ? "Content-Length: 4\r\n\r\n\0{[\xff" : "Content-Length: 0\r\n\r\n";
                var request = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{string.Concat(headers)}{body}";

                var reply = await agent.SendRawAsync(request, isPublic ? agent.Public : agent.Loopback);

                reply.ShouldMatch(@"^HTTP/1\.1 ([234]\d\d|503) ", request);
                reply.Length.ShouldBeLessThan(100_000, request);
            },
            iter: 1_000, threads: 1);
        agent.Log.Records.Where(record => record.Exception is not null).ShouldBeEmpty();
    }
}
