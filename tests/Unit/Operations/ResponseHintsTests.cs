using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Operations;

/// <summary>What helps against a response that is not as expected: real responses, byte by byte.</summary>
public sealed class ResponseHintsTests
{
    private const string Json = "Content-Type: application/json\r\n";

    [Theory]
    [InlineData("400 Bad Request", "", "The plain HTTP request was sent to HTTPS port", "the port wants TLS: write https:// for http://")]
    [InlineData("400 Bad Request", "", "Client sent an HTTP request to an HTTPS server.",
        "the port wants TLS: write https:// for http://")]
    [InlineData("400 Bad Request", "", "An HTTP/1.x request was sent to an HTTP/2 only endpoint.", "the port takes HTTP/2 alone")]
    [InlineData("400 Bad Request", "", "Invalid Hostname", "the target refuses the request: see the body")]
    [InlineData("401 No", "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n", "",
        "the target wants credentials (Bearer error=\"invalid_token\"): set token")]
    [InlineData("401 No", "WWW-Authenticate: Negotiate\r\n", "",
        "the target wants credentials (Negotiate): set username and password, or token")]
    [InlineData("403 Forbidden", "", "",
        "the target refuses a request without credentials: set token, or username and password; or a firewall")]
    [InlineData("404 Not Found", "", "", "nothing is served at this path")]
    [InlineData("405 No", "Allow: POST\r\n", "", "the path does not take GET, but POST: set method")]
    [InlineData("406 Not Acceptable", "", "", "the target has no such form of it")]
    [InlineData("407 Proxy", "", "", "a proxy between here and the target wants credentials")]
    [InlineData("410 Gone", "", "", "what was served at this path was removed")]
    [InlineData("415 Unsupported Media Type", "", "", "the target does not take a body of this type")]
    [InlineData("421 Misdirected Request", "", "", "this server does not serve the host of the URL")]
    [InlineData("429 Too Many Requests", "", "", "the target limits how often it is asked: lengthen interval")]
    [InlineData("500 Oh", "", "Traceback", "the target fails by itself")]
    [InlineData("502 Bad Gateway", "", "nginx", "a proxy before the target got no valid answer from it")]
    [InlineData("503 Service Unavailable", "", "nginx", "the target, or the proxy before it, takes no requests now")]
    [InlineData("504 Gateway Timeout", "", "", "a proxy before the target waited for it in vain")]
    public async Task Status_ThatIsNotExpected_SaysWhatToTry(string status, string headers, string body, string hint)
    {
        await using var target = Answering(status, headers, body);

        await Hinted.FailsAsync(Check(target), ErrorType.UnexpectedStatus, $"was {status[..3]}", hint);
    }

    [Theory]
    [InlineData("Content-Encoding: gzip\r\n" + Json, "{\"status\":\"up\"}", "could not be decompressed as gzip",
        "the target, or a proxy before it, names a compression")]
    [InlineData("Content-Encoding: zstd\r\n" + Json, "{}", "content coding 'zstd' is not supported",
        "the target compresses without asking")]
    [InlineData(Json, "", "the body is empty", "the target answers without a body")]
    [InlineData(Json, "{'status': 'up'}", "the body is not JSON", "the target calls it JSON, and it is none")]
    [InlineData("Content-Type: Text/HTML\r\n", "<html>Sign in</html>", "the body is not JSON", "a web page came, not data")]
    [InlineData("Content-Length: 100\r\n" + Json, "{\"status\":", "closed before the response was complete",
        "the target, or a proxy before it, broke off")]
    [InlineData("Transfer-Encoding: chunked\r\n" + Json, "20\r\n{\"status\":", "closed before the response was complete",
        "the target, or a proxy before it, broke off")]
    public async Task Body_ThatCannotBeUsed_SaysWhatToTry(string headers, string body, string reason, string hint)
    {
        await using var target = Answering("200 OK", headers, body);

        await Hinted.FailsAsync([.. Check(target), "expect: json $.status == up"], ErrorType.Protocol, reason, hint);
    }

    [Fact]
    public async Task Body_LongerThanIsRead_NamesTheSetting()
    {
        await using var target = await HttpTarget.AnsweringAsync($"\"{new string('x', 5000)}\"");

        await Hinted.FailsAsync(
            ["kind: http", $"url: {target.Url}", "maxBody: 1KiB", "expect: json $ == x"],
            ErrorType.ResourceExhausted, "exceeds maxBody", "the conditions need a body that is longer than is read: raise maxBody");
    }

    [Theory]
    [InlineData("json $.Status == up", "whose $ has no 'Status' (did you mean 'status'?)")]
    [InlineData("json $.db.stauts == up", "whose $.db has no 'stauts' (did you mean 'status'?)")]
    [InlineData("json $.queue == up", "whose $ has no 'queue' (valid: db, items, status)")]
    [InlineData("json $.status.value == up", "whose $.status is a plain value")]
    [InlineData("json $.items.first == up", "whose $.items is an array")]
    [InlineData("json $['db x'].a == up", "whose $ has no 'db x' (did you mean 'db'?)")]
    [InlineData("json $.items[3] == up", "looks at is not in the response: misspelt")]
    public async Task JsonPath_ThatLeadsNowhere_NamesWhatIsThere(string condition, string words)
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"status":"up","db":{"status":"up"},"items":[1]}""");

        var (record, hints) = await Hinted.RunAsync("kind: http", $"url: {target.Url}", $"expect: [\"{condition}\"]");

        record.ErrorType.ShouldBe(ErrorType.Expectation);
        hints.ShouldHaveSingleItem().ShouldContain(words);
    }

    [Fact]
    public async Task JsonNames_WrittenWithEscapes_AreNotShown()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"\u001b[31m":1,"correct-\u0068orse":2}""");

        var (_, hints) = await Hinted.RunAsync("kind: http", $"url: {target.Url}", "token: correct-horse", "expect: json $.status == up");

        hints.ShouldHaveSingleItem().ShouldContain("whose $ has no 'status':");
    }

    [Theory]
    [InlineData("json $.count > 10", "'json $.count > 10' compares a number with what is none here")]
    [InlineData("header X-Version exists", "the response has no header that 'header X-Version exists' looks at")]
    [InlineData("status == 201", "the target answers; what it says is not what is expected")]
    public async Task Condition_ThatIsMissed_SaysWhatToLookAt(string condition, string hint)
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"count":"many"}""");

        var (_, hints) = await Hinted.RunAsync("kind: http", $"url: {target.Url}", $"expect: '{condition}'");

        hints.ShouldHaveSingleItem().ShouldStartWith(hint);
    }

    [Fact]
    public async Task Status_ThatIsExpected_IsNotTheHint()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"status":"down"}""", status: 503);

        await Hinted.FailsAsync(
            ["kind: http", $"url: {target.Url}", "expect: [status == 503, json $.status == up]"],
            ErrorType.Expectation, "was down", "the target answers; what it says is not what is expected");
    }

    [Fact]
    public async Task Page_WhoseLatencyAloneIsMissed_IsNotTheHint()
    {
        await using var target = await HttpTarget.AnsweringAsync("<html></html>", "text/html");

        await Hinted.FailsAsync(
            ["kind: http", $"url: {target.Url}", "expect: latency < 0ms"],
            ErrorType.Expectation, "latency < 0ms", "the target answers; what it says is not what is expected");
    }

    [Fact]
    public async Task Redirects_InACircle_SaySo()
    {
        await using var target = Answering("302 Found", "Location: /\r\n", "");

        await Hinted.FailsAsync(
            [.. Check(target), "followRedirects: true"], ErrorType.UnexpectedStatus, "more than 5 redirects",
            "the redirects lead in a circle");
    }

    [Fact]
    public async Task Redirect_OutOfTls_IsNotSaidToNeedASetting()
    {
        using var root = new Authority("root");
        using var certificate = root.Issue();
        await using var target = new TlsTarget(certificate)
        {
            Answer = "HTTP/1.1 302 Found\r\nLocation: http://shop.internal/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        };

        await Hinted.FailsAsync(
            ["kind: http", $"url: {target.Url}", $"tls: {{ ca: {Explained.Pem(root)} }}", "followRedirects: true"],
            ErrorType.UnexpectedStatus, "leads from https to http", "ask http://shop.internal/ itself if it needs no TLS");
    }

    private static string[] Check(TcpTarget target) => ["kind: http", $"url: http://127.0.0.1:{target.Port}/"];

    private static TcpTarget Answering(string status, string headers, string body) => TcpTarget.Saying(
        $"HTTP/1.1 {status}\r\n{headers}{(headers.Contains("-Length", StringComparison.Ordinal)
            || headers.Contains("chunked", StringComparison.Ordinal) ? "" : $"Content-Length: {body.Length}\r\n")}Connection: close\r\n\r\n"
        + body);
}
