using System.Collections.Concurrent;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using static HealthAgent.Unit.Kinds.Network.Redirecting;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Which redirects are followed, and what is said of the others.</summary>
public sealed class HttpRedirectTests
{
    private readonly ConcurrentQueue<string> _seen = new();

    [Fact]
    public async Task Redirects_BeyondFive_ShowTheWayTaken()
    {
        await using var target = await StartAsync(
            _seen, ("/0", 302, "/1"), ("/1", 302, "/2?code=x"), ("/2", 302, "/hunter2"), ("/hunter2", 302, "/4"), ("/4", 302, "/5"),
            ("/5", 302, "/6"));
        var judgement = await JudgeAsync(target.Url + "/0", "token: hunter2");
        judgement.ErrorType.ShouldBe(ErrorType.UnexpectedStatus);
        judgement.Reason.ShouldBe("more than 5 redirects (/0 → /1 → /2?… → /*** → /4 → /5 → /6)");
        judgement.Observed("status").ShouldBe(302);
        _seen.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x", "the redirect leads to a scheme other than HTTP (/a → ftp://127.0.0.1/x)")]
    [InlineData("http://[bad/", "the redirect's Location is not a URL (/a → …)")]
    public async Task Redirect_ThatLeadsNowhere_IsRefused(string location, string reason)
    {
        await using var target = TcpTarget.Saying($"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        (await JudgeAsync($"http://127.0.0.1:{target.Port}/a")).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Redirect_FromHttpsToHttp_IsRefused()
    {
        await using var plain = await StartAsync(_seen);
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(10));
        await using var target = await HttpTarget.StartAsync(
            context =>
            {
                context.Response.Redirect(plain.Url + "/b");
                return Task.CompletedTask;
            },
            certificate);
        var judgement = await JudgeAsync(target.Url + "/a", "tls: {insecureSkipVerify: true}");
        judgement.Reason.ShouldBe($"the redirect leads from https to http (/a → {plain.Url}/b)");
        _seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(302, "")]
    [InlineData(300, "Location: /b\r\n")]
    [InlineData(304, "Location: /b\r\n")]
    public async Task Answer_ThatIsNoRedirect_IsTheLast(int status, string header)
    {
        await using var target = TcpTarget.Saying($"HTTP/1.1 {status} X\r\n{header}Content-Length: 0\r\n\r\n");
        (await JudgeAsync($"http://127.0.0.1:{target.Port}/a")).Reason.ShouldBe($"status in 200..299: was {status}");
    }

    [Fact]
    public async Task Failure_AfterARedirect_ShowsTheWayTaken()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        await using var target = await StartAsync(_seen, ("/a", 302, $"http://127.0.0.1:{port}/b"));
        var judgement = await JudgeAsync(target.Url + "/a");
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        judgement.Reason.ShouldBe($"connecting to 127.0.0.1:{port}: Connection refused (/a → http://127.0.0.1:{port}/b)");
        judgement.Observed("status").ShouldBe(302);
        judgement.Observed("firstByte").ShouldNotBeNull();
    }

    [Fact]
    public async Task Phases_OfAllRequests_AreAddedUp()
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            // Longer than all else, so that what is missing shows.
            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, context.RequestAborted);
            if (context.Request.Path == "/a")
            {
                context.Response.Redirect("/b");
            }
        });
        var judgement = await JudgeAsync(target.Url + "/a");
        ((TimeSpan)judgement.Observed("firstByte")!).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(290));
    }

    [Theory]
    [InlineData("", ErrorType.UnexpectedStatus, 302)]
    [InlineData("followRedirects: true", null, 200)]
    public async Task Redirect_IsFollowedOnlyWhenAskedFor(string written, ErrorType? errorType, int status)
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            if (context.Request.Path == "/there")
            {
                await context.Response.WriteAsync("here");
                return;
            }

            context.Response.Redirect("/there");
        });
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}/a", written);
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Observed("status").ShouldBe(status);
    }
}
