using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Requests of events that are refused, or answered by headers alone.</summary>
public sealed class EventRequestsTests
{
    [Fact]
    public async Task Get_WithoutDetails_IsRefused()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        (await agent.GetPubliclyAsync("/events")).ShouldBeProblem(401);
        (await agent.GetPubliclyAsync("/events?tier=x")).ShouldBeProblem(401);
    }

    [Theory]
    [InlineData("text/event-stream", 200)]
    [InlineData("text/*", 200)]
    [InlineData("*/*", 200)]
    [InlineData("text/html, */*;q=0.1", 200)]
    [InlineData("application/json", 406)]
    [InlineData("*/*, text/event-stream;q=0", 406)]
    [InlineData("nonsense", 200)]
    public async Task Head_ByWhatIsAccepted_IsHeadersOrRefused(string accept, int status)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        var reply = await agent.SendAsync(HttpMethod.Head, agent.Loopback, "/events", ("Accept", accept));

        reply.Status.ShouldBe(status);
        reply.Body.ShouldBeEmpty();
        reply.ContentType.ShouldBe(status == 200 ? "text/event-stream" : "application/problem+json");
    }

    [Theory]
    [InlineData("/events?tier=depndency")]
    [InlineData("/events?tier=dependency,%07")]
    public async Task Get_OfATierThatDoesNotExist_IsRefused(string path)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        (await agent.GetAsync(path)).ShouldBeProblem(400);
    }

    [Fact]
    public async Task Answer_ToAPageOfAnotherSite_LetsNoneReadIt()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        var reply = await agent.SendAsync(
            HttpMethod.Head, agent.Loopback, "/events", ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"));

        reply.Headers.Keys.ShouldNotContain(name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }
}
