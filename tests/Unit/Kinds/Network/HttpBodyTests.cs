using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class HttpBodyTests
{
    private const string Json = """{"status":"Störung","n":1}""";

    [Theory]
    [InlineData("text/html; charset=ISO-8859-1", "iso-8859-1")]
    [InlineData("text/html; charset=windows-1251;", "windows-1251")]
    [InlineData("text/html; charset=Shift_JIS", "shift_jis")]
    [InlineData("text/html; charset=utf-16", "utf-16be")]
    [InlineData("text/html", "utf-16")]
    [InlineData("", "utf-32")]
    [InlineData("text/html", "utf-8")]
    public async Task Text_InAnyCharset_IsRead(string type, string charset)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        var text = charset switch { "windows-1251" => "Сбой", "shift_jis" => "障害", _ => "Störung" };
        await using var target = Saying(type, [.. encoding.Preamble, .. encoding.GetBytes(text)]);
        (await JudgeAsync(target, $"expect: body == {text}")).Reason.ShouldBeNull();
        (await JudgeAsync(target, $"expect: body not contains {text[1..]}")).ErrorType.ShouldBe(ErrorType.Expectation);
    }

    [Theory]
    [InlineData("application/json; charset=ISO-8859-1", "iso-8859-1")]
    [InlineData("application/json; charset=utf-16le", "utf-16")]
    [InlineData("application/json", "utf-32")]
    [InlineData("application/json;charset=UTF-8;", "utf-8")]
    public async Task Json_InAnyCharset_IsConverted(string type, string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        await using var target = Saying(type, [.. encoding.Preamble, .. encoding.GetBytes(Json)]);
        (await JudgeAsync(target, "expect: [json $.status == Störung, contentType == application/json]")).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("expect: body contains OK", ErrorType.Protocol)]
    [InlineData("expect: body not contains KO", ErrorType.Protocol)]
    [InlineData("warn: body contains OK", ErrorType.Protocol)]
    [InlineData("expect: json $.a == 1", ErrorType.Protocol)]
    [InlineData("expect: bodySize == 2", null)]
    [InlineData("expect: header Content-Type contains nonsense", null)]
    [InlineData("", null)]
    public async Task Charset_ThatIsUnknown_FailsWhatNeedsTheText(string written, ErrorType? errorType)
    {
        await using var target = Saying("text/plain; charset=nonsense", "OK"u8);
        var judgement = await JudgeAsync(target, written);
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldBe(errorType is null ? null : "the body's charset 'nonsense' is unknown");
        judgement.Observed("bodySize").ShouldBe(2);
    }

    [Fact]
    public async Task Charset_ThatIsUnknownOfAnErrorPage_IsNotTheFault()
    {
        await using var target = Saying("text/plain; charset=nonsense", "OK"u8, status: 502);
        var judgement = await JudgeAsync(target, "expect: body contains OK");
        judgement.ErrorType.ShouldBe(ErrorType.UnexpectedStatus);
        (await JudgeAsync(target, "expect: [status == 502, body contains OK]")).Reason.ShouldBe("the body's charset 'nonsense' is unknown");
    }

    [Theory]
    [InlineData("Content-Type: application/json;charset=UTF-8;\r\n", "application/json")]
    [InlineData("Content-Type: json\r\n", "json")]
    [InlineData("Content-Type: application/json\r\nContent-Type: application/json\r\n", "application/json")]
    [InlineData("Content-Type: application/json\r\nContent-Type: text/html\r\n", "application/json")]
    [InlineData("Content-Type: application/json, application/json\r\n", "application/json")]
    public async Task ContentType_WithAFlaw_IsWhatStandsFirst(string header, string expected)
    {
        await using var target = TcpTarget.Saying($"HTTP/1.1 200 OK\r\n{header}Content-Length: 2\r\n\r\n{{}}");
        (await JudgeAsync(target, $"expect: [contentType == {expected}, header Content-Type exists]")).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Switch_ToAnotherProtocol_HasNoBody()
    {
        await using var target = TcpTarget.Dripping(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "x", TimeSpan.FromMilliseconds(20));
        (await JudgeAsync(target, "headers: {Connection: Upgrade, Upgrade: websocket}", "expect: status == 101")).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", "1.1")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nOK", "1.0")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n", "1.1")]
    public async Task Answer_HoweverFramed_IsRead(string answer, string version)
    {
        await using var target = TcpTarget.Saying(answer);
        (await JudgeAsync(target, $"expect: [body == OK, httpVersion == {version}]")).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "the body is empty (application/json, status 200)")]
    [InlineData("{\"a\":\0}", "the body is not JSON (application/json, status 200)")]
    [InlineData("{\"a\":1", "the body is not JSON (application/json, status 200)")]
    [InlineData("{\"a\":1} x", "the body is not JSON (application/json, status 200)")]
    public async Task Body_ThatIsNotJson_IsProtocol(string body, string reason)
    {
        await using var target = Saying("application/json", Encoding.UTF8.GetBytes(body));
        var judgement = await JudgeAsync(target, "expect: json $.a == 1");
        judgement.ErrorType.ShouldBe(ErrorType.Protocol);
        judgement.Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Header_ThatComesSeveralTimes_IsJudgedValueByValue()
    {
        await using var target =
            Saying("text/plain", "OK"u8, "Set-Cookie: zz=4; Expires=Thu, 01 Jan 2026\r\nSet-Cookie: gid=1\r\nX-A: a, b\r\n");
        (await JudgeAsync(target,
            "expect: ['header Set-Cookie matches ^gid=', header Set-Cookie == gid=1, 'header X-A == \"a, b\"']")).Reason.ShouldBeNull();
        (await JudgeAsync(target, "expect: ['header Set-Cookie not matches ^gid=']")).ErrorType.ShouldBe(ErrorType.Expectation);
    }

    private static TcpTarget Saying(string type, ReadOnlySpan<byte> body, string headers = "", int status = 200) => TcpTarget.Saying(
        $"HTTP/1.1 {status} X\r\n{(type.Length > 0 ? $"Content-Type: {type}\r\n" : "")}{headers}"
            + $"Content-Length: {body.Length}\r\n\r\n{Encoding.Latin1.GetString(body)}");

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);
}
