using System.Collections.Concurrent;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using static HealthAgent.Unit.Kinds.Network.Redirecting;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What is sent after a redirect: method, body, credentials, cookies.</summary>
public sealed class HttpRedirectedRequestTests
{
    private readonly ConcurrentQueue<string> _seen = new();

    [Fact]
    public async Task Credentials_WithinTheOrigin_GoAlong()
    {
        await using var target = await StartAsync(_seen, ("/a", 301, "/a/"), ("/a/", 302, "?x=1#f"));
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
        await using var target = await StartAsync(_seen, ("/a", 302, elsewhere.Url));
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
        await using var target = await StartAsync(_seen, ("/a", 302, elsewhere.Url));
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
        await using var target = await StartAsync(_seen, ("/a", status, "/b"));
        (await JudgeAsync(target.Url + "/a", $"method: {method}", "body: body")).Reason.ShouldBeNull();
        _seen.Last().ShouldStartWith(expected);
        (_seen.Last().EndsWith("body", StringComparison.Ordinal) == expected.EndsWith("body", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(302, "GET /b  application/json")]
    [InlineData(303, "GET /b  application/json")]
    public async Task ContentType_OfAGet_GoesAlong(int status, string expected)
    {
        await using var target = await StartAsync(_seen, ("/a", status, "/b"));
        (await JudgeAsync(target.Url + "/a", "headers: {Content-Type: application/json}")).Reason.ShouldBeNull();
        _seen.Last().ShouldStartWith(expected);
    }

    [Fact]
    public async Task Head_AfterARedirect_StaysOne()
    {
        await using var target = await StartAsync(_seen, ("/a", 303, "/b"));
        (await JudgeAsync(target.Url + "/a", "method: HEAD")).Reason.ShouldBeNull();
        _seen.Last().ShouldStartWith("HEAD /b");
    }

    [Fact]
    public async Task Body_ThatWouldLeaveTheOrigin_IsNotSent()
    {
        await using var elsewhere = await StartAsync(_seen);
        await using var target = await StartAsync(_seen, ("/a", 307, elsewhere.Url + "/b"));
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
}
