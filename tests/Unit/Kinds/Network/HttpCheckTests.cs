using System.Globalization;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class HttpCheckTests
{
    [Fact]
    public async Task Target_ThatAnswers_PassesWithWhatWasObserved()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"status":"healthy"}""", "application/json; charset=utf-8");
        var judgement = await JudgeAsync(target, "expect: [status == 200, contentType == application/json, json $.status == healthy]");
        judgement.Reason.ShouldBeNull();
        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observed("status").ShouldBe(200);
        judgement.Observed("contentType").ShouldBe("application/json");
        judgement.Observed("httpVersion").ShouldBe("1.1");
        judgement.Observed("bodySize").ShouldBe(20);
        judgement.Observed("body").ShouldBeNull();
        foreach (var phase in new[] { "dns", "connect", "firstByte", "transfer" })
        {
            judgement.Observed(phase).ShouldBeOfType<TimeSpan>(phase);
        }

        judgement.Observed("tls").ShouldBeNull();
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(301, ErrorType.UnexpectedStatus)]
    [InlineData(404, ErrorType.UnexpectedStatus)]
    [InlineData(503, ErrorType.UnexpectedStatus)]
    public async Task Status_OutsideTheTwoHundreds_IsUnexpected(int status, ErrorType? errorType)
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var judgement = await JudgeAsync(target);
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldBe(errorType is null ? null : $"status in 200..299: was {status}");
    }

    [Fact]
    public async Task Body_OfAFailedAnswer_IsShown()
    {
        await using var target = await HttpTarget.AnsweringAsync("database is down", "text/plain", 503);
        (await JudgeAsync(target)).Observed("body").ShouldBe("database is down");
    }

    [Fact]
    public async Task SinglePage_InsteadOfJson_IsNoHealth()
    {
        await using var target = await HttpTarget.AnsweringAsync("<!doctype html><title>App</title>", "text/html");
        var judgement = await JudgeAsync(target, "expect: [json $.status == healthy]");
        judgement.ErrorType.ShouldBe(ErrorType.Protocol);
        judgement.Reason.ShouldBe("the body is not JSON (text/html, status 200)");
        judgement.Observed("status").ShouldBe(200);
    }

    [Fact]
    public async Task ErrorPage_WhereJsonIsExpectedToo_IsAnUnexpectedStatus()
    {
        await using var target = await HttpTarget.AnsweringAsync("<h1>Bad gateway</h1>", "text/html", 502);
        var judgement = await JudgeAsync(target, "expect: [json $.status == healthy]");
        judgement.ErrorType.ShouldBe(ErrorType.UnexpectedStatus);
        judgement.Reason!.ShouldContain("was 502");
    }

    [Fact]
    public async Task Headers_OfTheAnswer_AreAskedByName()
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.Headers["X-Version"] = "1.2.3";
            context.Response.Headers["X-Many"] = new[] { "a", "b" };
            context.Response.ContentType = "text/plain";
            return Task.CompletedTask;
        });
        var judgement = await JudgeAsync(
            target,
            "expect: ['header x-version matches ^1[.]', header X-Many == a, header X-Many == b, header Content-Type == text/plain, "
                + "header X-None not exists]");
        judgement.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Request_AsWritten_IsSent()
    {
        var seen = "";
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = context.Request;
            seen = string.Join(
                '|', request.Method, $"{request.Path}{request.QueryString}", request.Headers.UserAgent, request.Headers["X-A"],
                request.ContentType, request.Headers.Host, await reader.ReadToEndAsync());
        });
        var judgement = await JudgeAsync(
            target, "method: POST", "headers: {X-A: b, Content-Type: application/json, Host: orders.internal}", "body: '{\"a\":1}'");
        judgement.Result.ShouldBe(Result.Pass);
        seen.ShouldBe("""POST|/health?full=1|health-agent|b|application/json|orders.internal|{"a":1}""");
    }

    [Fact]
    public async Task ControlCharacters_OfABody_AreReplaced()
    {
        await using var target =
            TcpTarget.Saying("HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\na\0b\u001b[31mred\u001b[0m");
        var judgement = await JudgeAsync(target, "expect: ['body == up']");
        judgement.Reason.ShouldBe("body == up: was a\ufffdb\ufffd[31mred\ufffd[0");
        judgement.Observed("body").ShouldBe("a\ufffdb\ufffd[31mred\ufffd[0");
    }

    [Theory]
    [InlineData("maxBody: 1KiB", 1024)]
    [InlineData("maxBody: 10B", 10)]
    [InlineData("maxBody: 0", 0)]
    [InlineData("retries: 0", 1024 * 1024)]
    public async Task Body_BeyondTheLimit_IsNotRead(string written, int size)
    {
        await using var target = await HttpTarget.AnsweringAsync(new string('x', 3_000_000), "text/plain");
        var judgement = await JudgeAsync(target, written);
        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observed("bodySize").ShouldBe(size);
    }

    [Fact]
    public async Task Body_ThatNeverEnds_IsReadUpToTheLimit()
    {
        var chunk = $"{4096:x}\r\n{new string('x', 4096)}\r\n";
        await using var target = TcpTarget.Dripping("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, TimeSpan.Zero);
        var judgement = await JudgeAsync(target, "maxBody: 100KiB");
        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observed("bodySize").ShouldBe(100 * 1024);
    }

    [Fact]
    public async Task Body_ThatUnpacksWithoutEnd_IsReadUpToTheLimit()
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip =
                new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[50_000_000], context.RequestAborted);
        });
        var judgement = await JudgeAsync(target, "maxBody: 1MiB");
        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observed("bodySize").ShouldBe(1024 * 1024);
    }

    [Fact]
    public async Task Json_WithAByteOrderMark_IsJson()
    {
        await using var target =
            await HttpTarget.StartAsync(context => context.Response.Body.WriteAsync("\ufeff{\"a\":1}"u8.ToArray()).AsTask());
        (await JudgeAsync(target, "expect: json $.a == 1")).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Check_RunTwice_ConnectsTwice()
    {
        var connections = new HashSet<string>(StringComparer.Ordinal);
        await using var target = await HttpTarget.StartAsync(context =>
        {
            connections.Add(context.Connection.RemotePort.ToString(CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        });
        using var running = new CheckRun.Instance(Configured.Plan("kind: http", $"url: {target.Url}"));
        (await running.JudgeAsync()).Observed("connect").ShouldNotBeNull();
        (await running.JudgeAsync()).Observed("connect").ShouldNotBeNull();
        connections.Count.ShouldBe(2);
    }

    private static Task<CheckVerdict> JudgeAsync(HttpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: {target.Url}/health?full=1", .. lines]);

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);
}
