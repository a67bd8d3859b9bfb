using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds.Workflows;

public sealed class DaguCheckTests
{
    private static string Health =>
        $$"""{"status":"healthy","timestamp":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}","uptime":90,"version":"1.30.2"}""";

    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/api/v2")]
    [InlineData("/base/api/v2")]
    public async Task Api_WhereverItIs_IsFound(string api)
    {
        await using var dagu = await StartAsync((api + "/health", Health));
        var judgement = await CheckRun.JudgeAsync("kind: dagu", $"url: {dagu.Url}{api[..api.IndexOf("/api", StringComparison.Ordinal)]}/");
        judgement.Reason.ShouldBeNull();
        judgement.Observed("api").ShouldBe(api[api.IndexOf("/api", StringComparison.Ordinal)..]);
        judgement.Observed("uptime").ShouldBe(TimeSpan.FromSeconds(90));
        judgement.Observed("schedulers.active").ShouldBeNull();
    }

    [Theory]
    [InlineData("active", Result.Pass)]
    [InlineData("inactive", Result.Fail)]
    public async Task Schedulers_WithoutAnActiveOne_Fail(string state, Result result)
    {
        var schedulers = $$"""{"schedulers":[{"host":"a","status":"inactive"},{"host":"b","status":"{{state}}"}]}""";
        await using var dagu = await StartAsync(("/api/v2/health", Health), ("/api/v2/services/scheduler", schedulers));
        (await CheckRun.JudgeAsync("kind: dagu", $"url: {dagu.Url}")).Result.ShouldBe(result);
        (await CheckRun.JudgeAsync("kind: dagu", "tier: liveness", $"url: {dagu.Url}")).Result.ShouldBe(Result.Pass);
    }

    [Fact]
    public async Task Queues_AreObserved()
    {
        const string Queues = """{"queues":[],"summary":{"totalQueued":7,"totalRunning":2,"totalCapacity":4,"utilizationPercentage":50}}""";
        await using var dagu = await StartAsync(("/api/v2/health", Health), ("/api/v2/queues", Queues));
        var judgement =
            await CheckRun.JudgeAsync("kind: dagu", $"url: {dagu.Url}", "expect: [queued == 7, running == 2, utilization == 50%]");
        judgement.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Page_ThatAnswersEverything_IsSeenThrough()
    {
        await using var page = await HttpTarget.AnsweringAsync("<html>Dagu</html>", "text/html");
        var judgement = await CheckRun.JudgeAsync("kind: dagu", $"url: {page.Url}/wrong");
        judgement.ErrorType.ShouldBe(ErrorType.Protocol);
        judgement.Reason.ShouldNotBeNull().ShouldContain("check the base path of the URL");
    }

    [Theory]
    [InlineData(401, ErrorType.Authentication)]
    [InlineData(403, ErrorType.Authorization)]
    [InlineData(500, ErrorType.Protocol)]
    public async Task Refusal_OfTheApi_HasAMeaning(int status, ErrorType errorType)
    {
        await using var dagu = await HttpTarget.AnsweringAsync("""{"code":"x","message":"no"}""", status: status);
        (await CheckRun.JudgeAsync("kind: dagu", $"url: {dagu.Url}")).ErrorType.ShouldBe(errorType);
    }

    [Fact]
    public async Task Login_WhereDaguHasUsers_IsMadeOnce()
    {
        var logins = 0;
        await using var dagu = await HttpTarget.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            var path = context.Request.Path.Value!;
            if (path.EndsWith("/auth/login", StringComparison.Ordinal))
            {
                logins++;
                await context.Response.WriteAsync("""{"token":"session"}""");
            }
            else if (path.EndsWith("/health", StringComparison.Ordinal))
            {
                await context.Response.WriteAsync(Health);
            }
            else
            {
                context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer session" ? 404 : 401;
            }
        });
        using var check = new CheckRun.Instance(Configured.Plan("kind: dagu", $"url: {dagu.Url}", "username: u", "password: 'hunter\"2'"));
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        logins.ShouldBe(1);
    }

    /// <summary>As Dagu does, answers its page at any path outside of its API.</summary>
    private static Task<HttpTarget> StartAsync(params (string Path, string Json)[] answers) => HttpTarget.StartAsync(async context =>
    {
        var path = context.Request.Path.Value!;
        var json = Array.Find(answers, answer => answer.Path == path).Json;
        var isApi = answers.Any(answer => path.StartsWith(
            answer.Path[..(answer.Path.IndexOf("/api/", StringComparison.Ordinal) + "/api/v2".Length)], StringComparison.Ordinal));
        context.Response.ContentType = json is null ? isApi ? "text/plain" : "text/html" : "application/json";
        context.Response.StatusCode = json is null && isApi ? 404 : 200;
        await context.Response.WriteAsync(json ?? "<html>Dagu</html>");
    });
}
