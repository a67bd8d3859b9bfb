using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Endpoints.OperatedChecks;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Bodies of actions that are wrong: what is said of them.</summary>
public sealed class OperatingBodiesTests
{
    [Theory]
    [InlineData("""{ "reason": "x", "untill": "2026-03-01T13:00:00Z" }""", 400, "there is no member 'untill' (did you mean 'until'?)")]
    [InlineData("""{ "reason": 1 }""", 400, "reason: wrong type, or written twice")]
    [InlineData("""{ "reason": "x", "reason": "y" }""", 400, "reason: wrong type, or written twice")]
    [InlineData("""{ "reason": """, 400, "reason: wrong type, or written twice")]
    [InlineData("[]", 400, "the body is not a JSON object")]
    [InlineData("null", 400, "the body is null")]
    [InlineData("", 400, "the body is not a JSON object")]
    [InlineData("{}", 422, "reason: is required: say why, for those who read it later")]
    [InlineData("""{ "reason": "x", "for": "soon" }""", 422, "for: is not a duration; write 30m, 2h or 1d")]
    [InlineData("""{ "reason": "x", "for": "31d" }""", 422, "for: must be 1s to 30d long")]
    [InlineData("""{ "reason": "x", "for": "1h", "until": "2026-03-01T13:00:00Z" }""", 422, "for: write either this or until")]
    [InlineData("""{ "reason": "x", "until": "2026-03-01T11:00:00Z" }""", 422, "until: has passed")]
    [InlineData("""{ "reason": "x", "until": "2026-03-01T13:00:00" }""", 422,
        "until: is not a time; write 2026-11-28T22:00:00Z, or +01:00 instead of Z")]
    public async Task Acknowledge_WithABodyThatIsWrong_SaysWhatIs(string body, int status, string detail)
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        agent.Record("db", "F");

        var reply = await agent.PostAsync(Acknowledge, body);

        reply.ShouldBeProblem(status);
        reply.Json.GetProperty("detail").GetString().ShouldBe(detail);
        agent.Store.Current.Find("db")!.Acknowledged.ShouldBeNull();
    }

    [Fact]
    public async Task Window_WithSeveralMistakes_NamesThemAll()
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);

        var reply = await agent.PostAsync(
            "/maintenance", """{ "name": "A", "checks": ["bd", null], "groups": ["*"], "start": "2030-01-01T00:00:00Z" }""");

        reply.ShouldBeProblem(422);
        reply.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetString()).ShouldBe(
        [
            "name: is not a name; use small letters, digits and . _ - after a first letter or digit",
            "checks: there is no 'bd' (did you mean 'db'?)", "checks: there is no 'null' (did you mean 'db'?)",
            "groups: there is no '*' (valid: orders)",
            "start: must be within 366d", "duration: is required, or until", "reason: is required: say why, for those who read it later",
        ]);
    }

    [Fact]
    public async Task Bodies_OfAnotherTypeOrTooLarge_AreRefused()
    {
        await using var agent = await AgentServer.StartAsync(TwoChecks);
        agent.Record("db", "F");

        (await agent.SendAsync(HttpMethod.Post, agent.Loopback, Acknowledge)).ShouldBeProblem(415);
        (await agent.PostAsync(Acknowledge, $$"""{ "reason": "{{new string('x', 70_000)}}" }""")).ShouldBeProblem(413);
        (await agent.PostAsync(Acknowledge, $$"""{ "reason": "{{new string('x', 501)}}" }""")).ShouldBeProblem(422);
        (await agent.PostAsync(Acknowledge, new string('[', 1000))).ShouldBeProblem(400);
    }
}
