using System.Globalization;
using System.Text;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What is on the wire, byte by byte.</summary>
public sealed class HttpRequestTests
{
    [Theory]
    [InlineData("GET", "Content-Type: application/json")]
    [InlineData("GET", "Content-Language: de")]
    [InlineData("GET", "Expires: 0")]
    [InlineData("GET", "Allow: GET")]
    [InlineData("GET", "Last-Modified: yesterday")]
    [InlineData("HEAD", "content-type: x")]
    [InlineData("DELETE", "Content-MD5: x")]
    [InlineData("OPTIONS", "Content-Disposition: x")]
    public async Task ContentHeader_WithoutABody_IsSentAlone(string method, string header)
    {
        var sent = await SendAsync($"method: {method}", $"headers: {{{header.Replace(": ", ": '", StringComparison.Ordinal)}'}}");
        sent.ShouldContain($"\r\n{header}\r\n");
        sent.ShouldNotContain("Content-Length", Case.Insensitive);
        sent.ShouldNotContain("Transfer-Encoding", Case.Insensitive);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PURGE")]
    public async Task ContentHeader_OfAMethodThatMayHaveABody_IsSentWithItsLength(string method)
    {
        var sent = await SendAsync($"method: {method}", "headers: {Content-Type: application/json}");
        sent.ShouldContain("\r\nContent-Type: application/json\r\n");
        sent.ShouldContain("\r\nContent-Length: 0\r\n");
    }

    [Fact]
    public async Task ContentHeaders_WithABody_AreSentWithIt()
    {
        var sent = await SendAsync("method: POST", "headers: {Expires: '0', Content-Type: application/json}", "body: '{}'");
        sent.ShouldContain("\r\nExpires: 0\r\n");
        sent.ShouldContain("\r\nContent-Type: application/json\r\n");
        sent.ShouldContain("\r\nContent-Length: 2\r\n");
    }

    [Theory]
    [InlineData("body: ö", "text/plain; charset=utf-8")]
    [InlineData("body: '{\"user\": \"probe\"}'", "application/json")]
    [InlineData("body: ' [1, 2]'", "application/json")]
    [InlineData("body: '[section]'", "text/plain; charset=utf-8")]
    [InlineData("body: '1'", "text/plain; charset=utf-8")]
    public async Task Body_WithoutAContentType_IsJsonOrPlainText(string body, string type) =>
        (await SendAsync("method: POST", body)).ShouldContain($"\r\nContent-Type: {type}\r\nContent-Length: ");

    [Theory]
    [InlineData("text/plain", 2)]
    [InlineData("text/plain; charset=iso-8859-1", 1)]
    [InlineData("text/plain; charset=utf-16", 2)]
    [InlineData("text/plain; charset=utf-32", 4)]
    public async Task Body_InTheCharsetOfItsType_IsSent(string type, int length) =>
        (await SendAsync("method: POST", $"headers: {{Content-Type: {type}}}", "body: ö"))
            .ShouldContain(string.Create(CultureInfo.InvariantCulture, $"\r\nContent-Length: {length}\r\n"));

    [Fact]
    public async Task Header_BeyondAscii_IsSentAsUtf8()
    {
        var sent = await SendAsync("headers: {X-Name: Störung}");
        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(sent)).ShouldContain("\r\nX-Name: Störung\r\n");
    }

    [Theory]
    [InlineData("Host: orders.internal", "Host: orders.internal")]
    [InlineData("Host: 'orders.internal:8080'", "Host: orders.internal:8080")]
    [InlineData("Host: '[::1]:8080'", "Host: [::1]:8080")]
    [InlineData("Connection: close", "Connection: close")]
    [InlineData("X-Empty: ''", "X-Empty: ")]
    [InlineData("User-Agent: mine", "User-Agent: mine")]
    [InlineData("Accept-Encoding: identity", "Accept-Encoding: identity")]
    [InlineData("X-None: x", "User-Agent: health-agent")]
    [InlineData("X-None: x", "Accept-Encoding: gzip, deflate, br")]
    public async Task Header_AsWritten_IsSentOnce(string written, string expected)
    {
        var sent = await SendAsync($"headers: {{{written}}}");
        sent.ShouldContain($"\r\n{expected}\r\n");
        sent.Split("\r\n").Count(line => line.StartsWith(expected.Split(' ')[0], StringComparison.OrdinalIgnoreCase)).ShouldBe(1);
    }

    [Theory]
    [InlineData("Content-Length: '5'", "'Content-Length' is set by the agent; remove it")]
    [InlineData("transfer-encoding: chunked", "'transfer-encoding' is set by the agent; remove it")]
    [InlineData("Host: ''", "'Host' needs a name, such as orders.internal or orders.internal:8080")]
    [InlineData("host: a b", "'host' needs a name, such as orders.internal or orders.internal:8080")]
    [InlineData("Host: 'http://a/'", "'Host' needs a name, such as orders.internal or orders.internal:8080")]
    [InlineData("X-A: \"a\\nb\"", "'X-A' is not a header that can be sent")]
    [InlineData("X-A: \"a\\0b\"", "'X-A' is not a header that can be sent")]
    [InlineData("X-A: \"a\\eb\"", "'X-A' is not a header that can be sent")]
    [InlineData("'X A': b", "'X A' is not a header that can be sent")]
    public void Header_ThatCannotBeSent_IsRefused(string written, string error) =>
        Errors($"headers: {{{written}}}").ShouldHaveSingleItem().ShouldEndWith($"checks[a].headers: {error}");

    [Theory]
    [InlineData(", body: x", "checks[a].headers: the charset 'nonsense' is unknown, so the body cannot be encoded")]
    [InlineData("", null)]
    public void Charset_ThatIsUnknown_IsRefusedForABodyAlone(string body, string? error)
    {
        var errors = Errors($"method: POST, headers: {{Content-Type: text/plain; charset=nonsense}}{body}");
        errors.SingleOrDefault()?.Split(": ", 2)[1].ShouldBe(error);
        errors.Count.ShouldBe(error is null ? 0 : 1);
    }

    [Fact]
    public void Connect_AsAMethod_IsRefused() =>
        Errors("method: CONNECT").ShouldHaveSingleItem().ShouldContain("CONNECT is a request to a proxy");

    [Theory]
    [InlineData("http", "url: 'http://h/'")]
    [InlineData("dagu", "url: 'http://h/'")]
    public void Token_WithALineBreak_IsRefused(string kind, string url) =>
        Configured.Read($"checks: [{{name: a, kind: {kind}, {url}, token: \"hunter2\\nx\"}}]").Errors
            .ShouldHaveSingleItem().ShouldEndWith("checks[a].token: a token has no control characters, such as line breaks");

    private static IReadOnlyList<string> Errors(string written) =>
        Configured.Read($"checks: [{{name: a, kind: http, url: 'http://h/', {written}}}]").Errors;

    private static async Task<string> SendAsync(params string[] lines)
    {
        var sent = "";
        await using var target = TcpTarget.Answering(request =>
        {
            sent = request;
            return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        });
        var judgement = await CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);
        judgement.Reason.ShouldBeNull();
        return sent;
    }
}
