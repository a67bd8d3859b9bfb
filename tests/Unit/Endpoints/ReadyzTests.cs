using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

public sealed class ReadyzTests
{
    [Theory]
    [InlineData("", "", 503)]
    [InlineData("P", "", 503)]
    [InlineData("P", "P", 200)]
    [InlineData("P", "WWW", 200)]
    [InlineData("P", "FFF", 503)]
    [InlineData("P", "PFF", 200)]
    [InlineData("FFF", "P", 503)]
    public async Task Readyz_ByTheCriticalChecksOfTheLowerTiers_IsOkWhenAllAreUp(string alive, string db, int status)
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);
        agent.Record("alive", alive);
        agent.Record("db", db);
        agent.Record("cache", "FFF");
        agent.Record("shown", "FFF");
        agent.Record("buys", "FFF");

        var reply = await agent.GetAsync("/readyz");

        reply.Status.ShouldBe(status);
        reply.ContentType.ShouldBe(ProbesTests.Text);
        (reply.Body == "ok").ShouldBe(status == 200);
    }

    [Fact]
    public async Task Readyz_WithoutChecks_IsOk()
    {
        await using var agent = await AgentServer.StartAsync();

        (await agent.GetAsync("/readyz")).Body.ShouldBe("ok");
        (await agent.GetAsync("/startupz")).Body.ShouldBe("ok");
        (await agent.GetAsync("/readyz?verbose")).Body.ShouldBe("readyz check passed\n");
    }

    [Theory]
    [InlineData("", "FFF", "", "[-]alive failed: no verdict yet\n[-]db failed: the reason of a fail\nreadyz check failed\n")]
    [InlineData("P", "F", "", "[+]alive ok\n[-]db failed: no verdict yet: the reason of a fail\nreadyz check failed\n")]
    [InlineData("P", "WWW", "?verbose", "[+]alive ok\n[+]db ok\nreadyz check passed\n")]
    public async Task Readyz_WhenSomethingFailsOrVerbose_SaysALineACheckWithTheReason(string alive, string db, string query, string body)
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);
        agent.Record("alive", alive);
        agent.Record("db", db);

        (await agent.GetAsync("/readyz" + query)).Body.ShouldBe(body);
    }

    [Theory]
    [InlineData("?exclude=db", 200, "ok")]
    [InlineData("?exclude=db&verbose", 200, "[+]alive ok\nreadyz check passed\n")]
    [InlineData("?exclude=alive", 503, "[-]db failed: the reason of a fail\nreadyz check failed\n")]
    [InlineData("?exclude=alive&exclude=db", 200, "ok")]
    [InlineData("?exclude=alive&exclude=db&verbose=1", 200, "readyz check passed\n")]
    [InlineData("?exclude=alive,db", 200, "ok")]
    [InlineData("?exclude=d%62", 200, "ok")]
    [InlineData("?exclude=DB", 503,
        "[+]alive ok\n[-]db failed: the reason of a fail\n"
        + "warn: nothing here is named 'DB', so it cannot be excluded\nreadyz check failed\n")]
    [InlineData("?exclude=db&exclude=nobody&verbose", 200,
        "[+]alive ok\nwarn: nothing here is named 'nobody', so it cannot be excluded\nreadyz check passed\n")]
    [InlineData("?exclude=buys", 503,
        "[+]alive ok\n[-]db failed: the reason of a fail\n"
        + "warn: nothing here is named 'buys', so it cannot be excluded\nreadyz check failed\n")]
    [InlineData("?nothing=else", 503, "[+]alive ok\n[-]db failed: the reason of a fail\nreadyz check failed\n")]
    public async Task Readyz_Exclude_LeavesOutThoseNamed(string query, int status, string body)
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);
        agent.Record("alive", "P");
        agent.Record("db", "FFF");

        var reply = await agent.GetAsync("/readyz" + query);

        (reply.Status, reply.Body).ShouldBe((status, body));
    }

    [Theory]
    [InlineData("", 503, "[+]alive ok\n[+]db ok\n[-]shutdown failed: the agent is stopping\nreadyz check failed\n")]
    [InlineData("?verbose", 503, "[+]alive ok\n[+]db ok\n[-]shutdown failed: the agent is stopping\nreadyz check failed\n")]
    [InlineData("?exclude=db", 503, "[+]alive ok\n[-]shutdown failed: the agent is stopping\nreadyz check failed\n")]
    [InlineData("?exclude=shutdown&verbose", 200, "[+]alive ok\n[+]db ok\nreadyz check passed\n")]
    public async Task Readyz_OfAnAgentThatIsStopping_FailsAndNamesTheShutdown(string query, int status, string body)
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);
        agent.Record("alive", "P");
        agent.Record("db", "P");
        (await agent.GetAsync("/readyz?exclude=shutdown&verbose")).Body.ShouldBe("[+]alive ok\n[+]db ok\nreadyz check passed\n");

        agent.Services.GetRequiredService<Readiness>().Withdraw();

        var reply = await agent.GetAsync("/readyz" + query);
        (reply.Status, reply.Body, reply.ContentType).ShouldBe((status, body, ProbesTests.Text));
        (await agent.SendAsync(HttpMethod.Head, agent.Loopback, "/readyz" + query)).Status.ShouldBe(status);
        (await agent.GetPubliclyAsync("/readyz")).Body.ShouldBe("readyz check failed\n");
    }

    [Fact]
    public async Task Readyz_ExcludeWithLineBreaksAndControlCharacters_AddsNoLines()
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);
        (await agent.GetAsync("/readyz?exclude=x%1B%5B2J&verbose")).Body.ShouldContain("nothing here is named 'x\ufffd[2J'");

        var reply = await agent.GetAsync("/readyz?exclude=x%0A%5B%2B%5Ddb%20ok%0Areadyz%20check%20passed&verbose");

        reply.Body.Split('\n').ShouldAllBe(line => line != "[+]db ok");
        reply.Body.Split('\n').ShouldAllBe(line => line != "readyz check passed");
    }

    [Theory]
    [InlineData("alive", 200, "ok")]
    [InlineData("db", 503, "[-]db failed: the reason of a fail\ndb check failed\n")]
    [InlineData("cache", 503, "[-]cache failed: no verdict yet\ncache check failed\n")]
    [InlineData("buys", 200, "ok")]
    public async Task ReadyzName_OfACheck_IsWhetherItIsUp(string name, int status, string body)
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);
        agent.Record("alive", "P");
        agent.Record("db", "FFF");
        agent.Record("buys", "WWW");

        var reply = await agent.GetAsync("/readyz/" + name);

        (reply.Status, reply.Body, reply.ContentType).ShouldBe((status, body, ProbesTests.Text));
    }

    [Fact]
    public async Task ReadyzName_OfNothing_IsNotFound()
    {
        await using var agent = await AgentServer.StartAsync(ProbesTests.Checks);

        (await agent.GetAsync("/readyz/nobody")).ShouldBeProblem(404);
        (await agent.GetAsync("/readyz/DB")).ShouldBeProblem(404);
    }
}
