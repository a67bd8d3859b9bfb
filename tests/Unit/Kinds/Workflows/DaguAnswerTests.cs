using System.IO.Compression;
using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Answers of Dagu are read as those of any HTTP server: in any charset and coding, and however flawed.</summary>
public sealed class DaguAnswerTests
{
    private const string Health = """{"status":"gesund, größtenteils","version":"1.30.2"}""";

    [Theory]
    [InlineData("application/json;charset=UTF-8;", "utf-8")]
    [InlineData("Application/JSON; charset=iso-8859-1", "iso-8859-1")]
    [InlineData("application/json", "utf-16")]
    public async Task Health_InAnyCharset_IsRead(string type, string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        (await JudgeAsync(
            $"Content-Type: {type}\r\n", [.. encoding.Preamble, .. encoding.GetBytes(Health)], "expect: ['status matches größtenteils']"))
            .Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Health_ThatIsCompressed_IsRead()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Health), TestContext.Current.CancellationToken);
        }

        (await JudgeAsync("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", compressed.ToArray(),
            "expect: ['status exists']")).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("application/json", "{", "/api/v2/health: the body is not JSON (application/json, status 200)")]
    [InlineData("application/json", "", "/api/v2/health: the body is empty (application/json, status 200)")]
    [InlineData("application/json; charset=nonsense", "{}", "/api/v2/health: the body's charset 'nonsense' is unknown")]
    [InlineData("application/json\r\nContent-Encoding: zstd", "{}",
        "/api/v2/health: the body's content coding 'zstd' is not supported; supported: gzip, deflate, br")]
    [InlineData("application/json\r\nContent-Encoding: gzip", "{}", "the body could not be decompressed as gzip")]
    public async Task Health_ThatCannotBeRead_IsProtocol(string type, string body, string reason)
    {
        var judgement = await JudgeAsync($"Content-Type: {type}\r\n", Encoding.UTF8.GetBytes(body));
        judgement.ErrorType.ShouldBe(ErrorType.Protocol);
        judgement.Reason.ShouldBe(reason);
        judgement.Observed("connect").ShouldNotBeNull();
    }

    [Fact]
    public async Task Answer_ThatBreaksOff_KeepsWhatWasSeen()
    {
        await using var dagu = await HttpTarget.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            if (context.Request.Path == "/api/v2/health")
            {
                await context.Response.WriteAsync(Health);
                return;
            }

            context.Response.ContentLength = 500;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        var judgement = await CheckRun.JudgeAsync("kind: dagu", $"url: {dagu.Url}");
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionReset);
        judgement.Reason.ShouldNotBeNull().ShouldStartWith("waiting for /api/v2/services/scheduler: ");
        judgement.Observed("version").ShouldBe("1.30.2");
        judgement.Observed("connect").ShouldNotBeNull();
    }

    private static async Task<CheckVerdict> JudgeAsync(string headers, byte[] body, params string[] lines)
    {
        await using var dagu = TcpTarget.Saying(
            $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{Encoding.Latin1.GetString(body)}");
        return await CheckRun.JudgeAsync(["kind: dagu", "tier: liveness", $"url: http://127.0.0.1:{dagu.Port}", .. lines]);
    }

    [Theory]
    [InlineData("/services/scheduler", 404, ErrorType.Protocol, "is not there, although version 2.15.1 has it; does a proxy hide it?")]
    [InlineData("/queues", 404, ErrorType.Protocol, "is not there, although version 2.15.1 has it; does a proxy hide it?")]
    [InlineData("/queues", 200, ErrorType.Protocol, "returned text/html, not JSON")]
    [InlineData("/queues", 500, ErrorType.UnexpectedStatus, "returned 500")]
    [InlineData("/queues", 502, ErrorType.UnexpectedStatus, "returned 502")]
    public async Task Page_OfAProxy_IsNotTakenForDagusAnswer(string route, int status, ErrorType errorType, string reason)
    {
        await using var dagu = await DaguStandIn.StartAsync();
        (dagu.Hidden, dagu.HiddenBy) = (route, status);
        var verdict = await CheckRun.JudgeAsync("kind: dagu", $"url: {dagu.Url}");
        verdict.ErrorType.ShouldBe(errorType);
        verdict.Reason.ShouldBe($"/api/v1{route} {reason}");
    }
}
