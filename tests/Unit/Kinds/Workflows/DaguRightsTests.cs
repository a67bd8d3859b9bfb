using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>What each role of Dagu 2.15 reaches, and what the check says where it does not.</summary>
public sealed class DaguRightsTests
{
    [Theory]
    [InlineData("viewer", false)]
    [InlineData("operator", false)]
    [InlineData("developer", true)]
    public async Task Scheduler_ByRole_IsSeenAsFarAsItReaches(string role, bool isCounted)
    {
        await using var watch = await DaguWatch.StartAsync("token: dagu_key");
        watch.Dagu.Keys["dagu_key"] = role;
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Pass);
        (verdict.Observed("schedulers.active") is not null).ShouldBe(isCounted);
        verdict.Observed("schedulers.absent").ShouldBe(TimeSpan.Zero);

        watch.Dagu.Schedulers[0].LastBeat = watch.Dagu.Clock.GetUtcNow();
        verdict = (await watch.RunForAsync(75))[^1];
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason.ShouldNotBeNull().ShouldContain("dagu.md#no-active-scheduler");
    }

    [Fact]
    public async Task Viewer_AsksForWhatIsRefusedOnlyNowAndThen()
    {
        await using var watch = await DaguWatch.StartAsync("token: dagu_key");
        watch.Dagu.Keys["dagu_key"] = "viewer";
        await watch.RunForAsync(60);
        watch.Dagu.Requests.Count(request => request == "GET /services/scheduler").ShouldBe(1);
        watch.Dagu.Requests.Count(request => request == "GET /metrics").ShouldBe(12);
    }

    [Theory]
    [InlineData("expect: [schedulers.active == 1]", "which needs the role developer")]
    [InlineData("coordinators: 1",
        "/api/v1/services/coordinator is forbidden (Insufficient permissions): it needs the role developer or higher")]
    [InlineData("workers: { atLeast: 1 }",
        "/api/v1/workers is forbidden (Insufficient permissions): it needs the role developer or higher")]
    public async Task Viewer_AskedForMore_NamesTheRoleThatItNeeds(string line, string reason)
    {
        await using var watch = await DaguWatch.StartAsync("token: dagu_key", line);
        watch.Dagu.Keys["dagu_key"] = "viewer";
        (await watch.RunAsync()).Reason.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Key_ThatIsUnknown_IsAuthentication()
    {
        await using var watch = await DaguWatch.StartAsync("token: dagu_other");
        watch.Dagu.Keys["dagu_key"] = "viewer";
        var verdict = await watch.RunAsync();
        verdict.ErrorType.ShouldBe(ErrorType.Authentication);
        verdict.Reason.ShouldBe("/api/v1/services/scheduler rejected the credentials");
    }

    [Fact]
    public async Task User_OfABuiltInLogin_LogsInOnceAndIsAViewer()
    {
        await using var watch = await DaguWatch.StartAsync("username: probe", "password: hunter2");
        watch.Dagu.Users["probe"] = "hunter2";
        (await watch.RunForAsync(30)).ShouldAllBe(verdict => verdict.Result == Result.Pass);
        watch.Dagu.Requests.Count(request => request == "POST /auth/login").ShouldBe(1);

        watch.Dagu.Keys.Clear();
        (await watch.RunAsync()).Result.ShouldBe(Result.Pass, "a session that is over is renewed");
    }

    [Fact]
    public async Task User_WithAWrongPassword_TriesSeldom_SoThatNobodyIsLockedOut()
    {
        await using var watch = await DaguWatch.StartAsync("username: probe", "password: wrong");
        watch.Dagu.Users["probe"] = "hunter2";
        (await watch.RunForAsync(890, every: 10)).ShouldAllBe(
            verdict => verdict.ErrorType == ErrorType.Authentication
                && verdict.Reason == "/api/v1/services/scheduler rejected the credentials");
        watch.Dagu.Requests.Count(request => request == "POST /auth/login").ShouldBe(3);

        await using var other = await DaguWatch.StartAsync("username: probe", "password: wrong");
        (other.Dagu.FailedLogins, other.Dagu.Users["probe"]) = (5, "hunter2");
        (await other.RunAsync()).Reason.ShouldBe("/api/v1/auth/login returned 429: Too many login attempts. Please try again later.");
    }

    [Fact]
    public async Task Address_ThatIsNotAllowed_IsToldFromARole()
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.IsAddressAllowed = false;
        var verdict = await watch.RunAsync();
        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        verdict.Reason.ShouldBe(
            "/api/v1/health is forbidden: the address is not allowed, or the API key is not for the REST API");
    }
}
