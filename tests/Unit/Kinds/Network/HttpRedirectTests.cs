using System.Collections.Concurrent;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class HttpRedirectTests
{
    private readonly ConcurrentQueue<string> _seen = new();

    [Fact]
    public async Task Credentials_WithinTheOrigin_GoAlong()
    {
        await using var target = await StartAsync(("/a", 301, "/a/"), ("/a/", 302, "?x=1#f"));
        var judgement =
            await JudgeAsync(target.Url + "/a", "username: u", "password: pw", "headers: {X-Key: k, Cookie: c=1, Host: orders.internal}");
        judgement.Reason.ShouldBeNull();
        _seen.ShouldBe(
        [
            "GET /a Basic dTpwdw== k c=1 orders.internal", "GET /a/ Basic dTpwdw== k c=1 orders.internal",
            "GET /a/?x=1 Basic dTpwdw== k c=1 orders.internal",
        ]);
    }

    [Theory]
    [InlineData("token: hunter2", "headers: {X-Key: hunter2, Cookie: hunter2}")]
    [InlineData("headers: {Authorization: hunter2, Content-Type: hunter2, User-Agent: hunter2, Accept: hunter2}", "")]
    public async Task Credentials_OfAnOrigin_NeverLeaveIt(string first, string second)
    {
        await using var elsewhere = await HttpTarget.StartAsync(async context =>
            await context.Response.WriteAsync(
                string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"))));
        await using var target = await StartAsync(("/a", 302, elsewhere.Url));
        var judgement = await JudgeAsync(
            target.Url + "/a", first, second, "expect: [body not matches hunter, 'body contains \"User-Agent: health-agent\"']");
        judgement.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Credentials_BackAtTheOrigin_AreSentAgain()
    {
        var home = "";
        await using var elsewhere = await HttpTarget.StartAsync(context =>
        {
            context.Response.Redirect(home + "/b");
            return Task.CompletedTask;
        });
        await using var target = await StartAsync(("/a", 302, elsewhere.Url));
        home = target.Url;
        (await JudgeAsync(target.Url + "/a", "token: t")).Reason.ShouldBeNull();
        _seen.Select(line => line[.."GET /a Bearer t".Length]).ShouldBe(["GET /a Bearer t", "GET /b Bearer t"]);
    }

    [Theory]
    [InlineData(301, "POST", "GET /b ")]
    [InlineData(302, "POST", "GET /b ")]
    [InlineData(303, "POST", "GET /b ")]
    [InlineData(307, "POST", "POST /b  text/plain; charset=utf-8 body")]
    [InlineData(308, "POST", "POST /b  text/plain; charset=utf-8 body")]
    [InlineData(302, "PUT", "PUT /b  text/plain; charset=utf-8 body")]
    [InlineData(303, "PUT", "GET /b ")]
    [InlineData(303, "GET", "GET /b ")]
    [InlineData(307, "GET", "GET /b  text/plain; charset=utf-8 body")]
    public async Task Method_AfterARedirect_IsTheOneOfTheRule(int status, string method, string expected)
    {
        await using var target = await StartAsync(("/a", status, "/b"));
        (await JudgeAsync(target.Url + "/a", $"method: {method}", "body: body")).Reason.ShouldBeNull();
        _seen.Last().ShouldStartWith(expected);
        (_seen.Last().EndsWith("body", StringComparison.Ordinal) == expected.EndsWith("body", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(302, "GET /b  application/json")]
    [InlineData(303, "GET /b  application/json")]
    public async Task ContentType_OfAGet_GoesAlong(int status, string expected)
    {
        await using var target = await StartAsync(("/a", status, "/b"));
        (await JudgeAsync(target.Url + "/a", "headers: {Content-Type: application/json}")).Reason.ShouldBeNull();
        _seen.Last().ShouldStartWith(expected);
    }

    [Fact]
    public async Task Head_AfterARedirect_StaysOne()
    {
        await using var target = await StartAsync(("/a", 303, "/b"));
        (await JudgeAsync(target.Url + "/a", "method: HEAD")).Reason.ShouldBeNull();
        _seen.Last().ShouldStartWith("HEAD /b");
    }

    [Fact]
    public async Task Body_ThatWouldLeaveTheOrigin_IsNotSent()
    {
        await using var elsewhere = await StartAsync();
        await using var target = await StartAsync(("/a", 307, elsewhere.Url + "/b"));
        var judgement = await JudgeAsync(target.Url + "/a", "method: POST", "body: body");
        judgement.ErrorType.ShouldBe(ErrorType.UnexpectedStatus);
        judgement.Reason.ShouldBe($"the redirect would send the body to another origin (/a → {elsewhere.Url}/b)");
        _seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cookies_ThatAreSetOnTheWay_AreSentAfterThoseWritten()
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            _seen.Enqueue($"{context.Request.Path} {context.Request.Headers.Cookie}");
            if (context.Request.Path == "/a")
            {
                context.Response.Headers.Append("Set-Cookie", "s=1; Path=/; HttpOnly");
                context.Response.Headers.Append("Set-Cookie", "other=2; Path=/elsewhere");
                context.Response.Headers.Append("Set-Cookie", "$bad=1");
                context.Response.Headers.Append("Set-Cookie", "foreign=3; Domain=example.com");
                context.Response.Redirect("/b");
            }

            return Task.CompletedTask;
        });
        using var check =
            new CheckRun.Instance(Configured.Plan("kind: http", $"url: {target.Url}/a", "followRedirects: true", "headers: {Cookie: c=0}"));
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        (await check.JudgeAsync()).Reason.ShouldBeNull();
        _seen.ShouldBe(["/a c=0", "/b c=0; s=1", "/a c=0", "/b c=0; s=1"]);
    }

    [Fact]
    public async Task Redirects_BeyondFive_ShowTheWayTaken()
    {
        await using var target = await StartAsync(
            ("/0", 302, "/1"), ("/1", 302, "/2?code=x"), ("/2", 302, "/hunter2"), ("/hunter2", 302, "/4"), ("/4", 302, "/5"),
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
        await using var plain = await StartAsync();
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
        await using var target = await StartAsync(("/a", 302, $"http://127.0.0.1:{port}/b"));
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

    private static Task<CheckVerdict> JudgeAsync(string url, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: {url}", "followRedirects: true", .. lines]);

    /// <summary>A target that redirects some paths, answers all others, and notes what it was sent.</summary>
    private Task<HttpTarget> StartAsync(params (string Path, int Status, string Location)[] redirects) =>
        HttpTarget.StartAsync(async context =>
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        string?[] shown = [request.Method, $"{request.Path}{request.QueryString}", request.Headers.Authorization, request.Headers["X-Key"],
            request.Headers.Cookie];
        _seen.Enqueue(string.Join(
            ' ', request.Headers.ContainsKey("X-Key") ? [.. shown, $"{request.Host}"] : [.. shown[..3], request.ContentType, body]));
        if (Array.Find(redirects, redirect => redirect.Path == request.Path && !request.QueryString.HasValue
            || redirect.Path == request.Path && redirect.Path == "/2") is { Path: not null } found)
        {
            context.Response.StatusCode = found.Status;
            context.Response.Headers.Location = found.Location;
        }
    });
}
