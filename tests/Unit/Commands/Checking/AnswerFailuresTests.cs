using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using static HealthAgent.Unit.Commands.Checking.FailingCheck;

namespace HealthAgent.Unit.Commands.Checking;

/// <summary>Why a check fails to which the target responds, found out with one command each.</summary>
public sealed class AnswerFailuresTests
{
    [Fact]
    public async Task WrongPassword()
    {
        var expected = "Basic " + Convert.ToBase64String("probe:right"u8);
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization == expected ? 200 : 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"shop\"";
            return Task.CompletedTask;
        });

        await FailsAsync(
            ["--url", target.Url, "--username", "probe", "--password", "wrong"],
            "(unexpected_status)", "reason: status in 200..299: was 401",
            "hint: the target rejects the credentials (Basic realm=\"shop\"): a wrong user, password or token");
        await FailsAsync(
            ["--url", target.Url], "hint: the target wants credentials (Basic realm=\"shop\"): set username and password\n");
    }

    [Fact]
    public async Task RedirectToALoginPage()
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.Redirect("/login?next=/orders");
            return Task.CompletedTask;
        });

        await FailsAsync(
            ["--url", $"{target.Url}/orders"],
            "reason: status in 200..299: was 302", "< Location: /login?…",
            "hint: it redirects to /login?…, which is not followed unless followRedirects is true; a login page means that the request "
            + "needs credentials");
    }

    [Fact]
    public async Task JsonWithTheWrongStatus()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"status":"degraded","queue":7}""");

        await FailsAsync(
            ["--url", target.Url, "--expect", "json $.status == healthy"],
            "(expectation)", "reason: json $.status == healthy: was degraded", "missed  json $.status == healthy  was degraded",
            """| {"status":"degraded","queue":7}""", "hint: the target answers; what it says is not what is expected");
    }

    [Fact]
    public async Task OverloadedWithRetryAfter()
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "120";
            return context.Response.WriteAsync("too many connections");
        });

        await FailsAsync(
            ["--url", target.Url],
            "was 503", "hint: the target asks to come back in 120s (Retry-After)\n",
                "hint: the target, or the proxy before it, takes no requests",
                "| too many connections");
    }

    [Fact]
    public async Task JsonWithoutTheMember()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"state":"healthy"}""");

        await FailsAsync(
            ["--url", target.Url, "--expect", "json $.status == healthy"],
            "json $.status == healthy: not observed",
                "hint: what 'json $.status == healthy' looks at is not in the response, whose $ has no 'status' (did you mean 'state'?)",
            """| {"state":"healthy"}""");
    }

    [Fact]
    public async Task RedirectsThatEndAtALoginPage()
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            if (context.Request.Path == "/login")
            {
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<html></html>");
            }
            else
            {
                context.Response.Redirect("/login");
            }
        });

        await FailsAsync(
            ["--url", $"{target.Url}/orders", "--followRedirects", "--expect", "json $.status == healthy"],
            "(protocol)", $"hint: the redirects end at a login page, {target.Url}/login: the request needs credentials");
    }
}
