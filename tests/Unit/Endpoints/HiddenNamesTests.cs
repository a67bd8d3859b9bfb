using CsCheck;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Which names the configuration chose is a detail, which a caller without details cannot find out by asking.</summary>
public sealed class HiddenNamesTests
{
    private static readonly CheckPlan[] Checks = [Plans.Check("db", group: "orders"), Plans.Check("cache")];

    private static readonly string[] Routes = ["/readyz/", "/health/checks/", "/health/groups/"];

    private static readonly string[] Queries = ["/livez", "/readyz", "/startupz", "/health", "/api/v1/health", "/health/tiers/dependency"];

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.OneOf("db", "cache", "orders", "DB", "db ", "none", "shutdown", "scheduler", "light", "full"),
        Gen.String[Gen.Char['a', 'z'], 1, 12],
        Gen.String[1, 20].Where(name => !name.Contains('\0', StringComparison.Ordinal)));

    [Fact]
    public async Task Names_ThatExistAndOthers_AreRefusedAlike()
    {
        await using var agent = await StartAsync();
        var refused = await AskAsync(agent, "/readyz/none");
        refused.Status.ShouldBe(RefusalOf(agent));
        refused.ContentType.ShouldBe("application/problem+json");

        await Names.SampleAsync(
            async name =>
            {
                foreach (var route in Routes)
                {
                    // A name of dots alone is no name, but a step within the path.
                    if (Uri.EscapeDataString(name).Trim('.').Length > 0)
                    {
                        (await AskAsync(agent, route + Uri.EscapeDataString(name))).ShouldBeAlike(refused, route + name);
                    }
                }
            },
            iter: 200, threads: 1);
        (await AskAsync(agent, "/health/checks")).ShouldBeAlike(refused, "the list");
    }

    [Fact]
    public async Task Queries_ThatNameChecks_ChangeNothing()
    {
        await using var agent = await StartAsync();
        foreach (var path in Queries)
        {
            var plain = await AskAsync(agent, path);
            await Names.SampleAsync(
                async name =>
                {
                    var query = $"?verbose&exclude={Uri.EscapeDataString(name)}";
                    (await AskAsync(agent, path + query)).ShouldBeAlike(plain, path + query);
                },
                iter: 30, threads: 1);
        }
    }

    [Fact]
    public async Task Answers_ToCallersWithoutDetails_HoldNoNameAndNoReason()
    {
        await using var agent = await StartAsync();
        foreach (var path in Queries.SelectMany(path => new[] { path, path + "?verbose", path + "?mode=full" }))
        {
            foreach (var accept in new[] { "application/json", "application/health+json", "text/plain" })
            {
                var reply = await AskAsync(agent, path, accept);
                foreach (var hidden in new[] { "\"db", "cache", "orders", "scripted", "the reason", "critical" })
                {
                    reply.Body.ShouldNotContain(hidden, Case.Insensitive, $"{path} {accept}");
                }
            }
        }
    }

    [Theory]
    [InlineData("/readyz/db")]
    [InlineData("/health/checks")]
    [InlineData("/health/checks/db")]
    [InlineData("/health/groups/orders")]
    public async Task Refusal_IsNeverStoredAndHasNoTag(string path)
    {
        await using var agent = await StartAsync();

        var reply = await AskAsync(agent, path);

        reply.ShouldBeProblem(RefusalOf(agent));
        reply.ETag.ShouldBeNull();
        var head = await agent.SendAsync(HttpMethod.Head, agent.Public, path);
        (head.Status, head.Body, head.Headers["Content-Length"]).ShouldBe((reply.Status, "", reply.Headers["Content-Length"]));
    }

    /// <summary>401 where a scheme says how to authenticate.</summary>
    private static int RefusalOf(AgentServer agent) => agent.Services.GetService<IAuthenticationSchemeProvider>() is null ? 403 : 401;

    private static Task<Reply> AskAsync(AgentServer agent, string path, string? accept = null) => agent.SendAsync(
        HttpMethod.Get, agent.Public, path, accept is null ? [] : [("Accept", accept)]);

    private static async Task<AgentServer> StartAsync()
    {
        var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");
        agent.Record("cache", "P");
        return agent;
    }
}
