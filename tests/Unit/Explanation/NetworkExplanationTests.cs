using HealthAgent.Explanation;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Explanation;

public sealed class NetworkExplanationTests
{
    private const string Password = "correct-horse-battery";

    [Fact]
    public async Task Http_HasAddressesRequestAndResponse()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"status":"up"}""", status: 503);
        var url = target.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var (_, run) = await Explained.RunAsync("kind: http", $"url: {url}/health?verbose=1");

        run.Names.ShouldHaveSingleItem().Host.ShouldBe("localhost");
        string.Join(", ", run.Names[0].Addresses).ShouldContain("127.0.0.1");
        run.Connections.ShouldContain(attempt => attempt.Address == "127.0.0.1" && attempt.Outcome == ConnectionOutcome.Connected);
        var exchange = run.Requests.ShouldHaveSingleItem();
        (exchange.Method, exchange.Url, exchange.Status, exchange.Version).ShouldBe(("GET", $"{url}/health?verbose=1", 503, "1.1"));
        exchange.RequestHeaders.ShouldContain(KeyValuePair.Create("User-Agent", "health-agent"));
        exchange.Headers.ShouldContain(KeyValuePair.Create("Content-Type", "application/json"));
        exchange.Body.ShouldBe(new ExplainedBody("""{"status":"up"}""", null, IsCut: false));
    }

    [Fact]
    public async Task Http_ThatPasses_HasTheBeginningOfItsBodyToo_AndTheVerdictIsTheSame()
    {
        await using var target = await HttpTarget.AnsweringAsync(new string('x', 50_000), "text/plain");

        var (record, run) = await Explained.RunAsync("kind: http", $"url: {target.Url}", "expect: ['bodySize == 50000']");

        record.Result.ShouldBe(HealthAgent.State.Result.Pass);
        record.Verdict.Observations.ShouldNotContain(observation => observation.Name == "body");
        run.Requests[0].Body.ShouldBe(new ExplainedBody(new string('x', 1024) + "…", null, IsCut: true));
    }

    [Theory]
    [InlineData("image/png", "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\0", "binary")]
    [InlineData("text/plain; charset=klingon", "abc", "text in the unknown charset 'klingon'")]
    public async Task Body_ThatIsNoText_IsSaidToBe(string type, string body, string problem)
    {
        await using var target = TcpTarget.Saying(
            $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        var (_, run) = await Explained.RunAsync("kind: http", $"url: http://127.0.0.1:{target.Port}/");

        run.Requests[0].Body!.Problem.ShouldBe(problem);
    }

    [Fact]
    public async Task Redirects_AreAllThere_WithoutTheirQueriesAndCookies()
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            if (context.Request.Path == "/")
            {
                context.Response.Cookies.Append("session", "given-by-target");
                context.Response.Redirect("/next?code=given-code");
            }

            return Task.CompletedTask;
        });

        var (record, run) = await Explained.RunAsync("kind: http", $"url: {target.Url}/", "followRedirects: true");

        record.Result.ShouldBe(HealthAgent.State.Result.Pass);
        run.Requests.Select(exchange => (exchange.Url, exchange.Status)).ShouldBe(
            [($"{target.Url}/", 302), ($"{target.Url}/next?…", 200)]);
        run.Requests[0].Headers.ShouldContain(KeyValuePair.Create("Location", "/next?…"));
        run.Requests[0].Headers.First(header => header.Key == "Set-Cookie").Value.ShouldStartWith("session=…; ");
        run.Requests[1].RequestHeaders.ShouldContain(KeyValuePair.Create("Cookie", "…"));
        run.Json().ShouldNotContain("given");
    }

    [Fact]
    public async Task Target_ThatEchoesSecretsAndEscapeCodes_GetsNeitherAnywhere()
    {
        await using var target = TcpTarget.Answering(head =>
        {
            var (authorization, echoed) = (Header(head, "Authorization"), $"{Password} {Header(head, "X-Token")} \e[31m");
            return $"HTTP/1.1 500 {echoed}\r\nX-{Password}: {authorization}\r\nX-Echo: {echoed}\r\nSet-Cookie: {echoed}\r\n"
                + $"Content-Type: text/plain\r\n\r\n{authorization}\n{echoed}";
        });

        var (record, run) = await Explained.RunAsync(
            "kind: http", $"url: http://127.0.0.1:{target.Port}/?api_key={Password}", "username: probe", $"password: {Password}",
            "headers: { X-Token: header-token }");

        run.Requests[0].Status.ShouldBe(500);
        var all = run.Json() + record.Reason;
        all.ShouldContain("***");
        var encoded = Convert.ToBase64String("probe:correct-horse-battery"u8);
        foreach (var secret in (string[])[Password, "header-token", "\e", "\\u001b", encoded])
        {
            all.ShouldNotContain(secret);
        }

        static string Header(string head, string name) =>
            head.Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
    }

    [Fact]
    public async Task Tls_HasVersionCipherAndChain()
    {
        using var root = new Authority("root");
        using var between = new Authority("between", root);
        using var certificate = between.Issue();
        await using var target = new TlsTarget(certificate, between.Certificate);

        var (record, run) = await Explained.RunAsync(
            "kind: http", $"url: {target.Url}", $"tls: {{ ca: {Explained.Pem(root)} }}");

        record.Result.ShouldBe(HealthAgent.State.Result.Pass, record.Reason);
        var handshake = run.Handshakes.ShouldHaveSingleItem();
        (handshake.ServerName, handshake.Protocol, handshake.IsAccepted).ShouldBe(("127.0.0.1", "TLS 1.3", true));
        handshake.Problems.ShouldBeEmpty();
        handshake.Cipher.ShouldNotBeNull().ShouldStartWith("TLS_");
        handshake.Chain.Select(one => (one.Subject, one.Issuer, one.IsSent)).ShouldBe(
            [("CN=subject", "CN=between", true), ("CN=between", "CN=root", true), ("CN=root", "CN=root", false)]);
        handshake.Chain[0].Names.ShouldBe(["localhost", "127.0.0.1"]);
        handshake.Chain[0].NotAfter.UtcDateTime.ShouldBe(certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public async Task Tls_WithACertificateThatIsRejected_HasTheChainAndWhatIsWrong()
    {
        using var root = new Authority("root");
        using var certificate = root.Issue(validFor: TimeSpan.FromDays(-1), name: "orders.internal");
        await using var target = new TlsTarget(certificate);

        var (record, run) = await Explained.RunAsync(
            "kind: http", $"url: {target.Url}", $"tls: {{ ca: {Explained.Pem(root)} }}");

        record.ErrorType.ShouldBe(ErrorType.CertificateExpired);
        var handshake = run.Handshakes.ShouldHaveSingleItem();
        handshake.IsAccepted.ShouldBeFalse();
        handshake.Problems.ShouldBe([$"it expired at {certificate.NotAfter.ToUniversalTime():u}", "certificate hostname mismatch"]);
        handshake.Chain.Select(one => one.Subject).ShouldBe(["CN=subject", "CN=root"]);
        run.Requests.ShouldHaveSingleItem().Status.ShouldBeNull();
    }

    [Fact]
    public async Task Connection_ThatIsRefused_SaysSo()
    {
        using var refusing = TcpTarget.Refusing(out var port);

        var (_, run) = await Explained.RunAsync("kind: tcp", $"address: 127.0.0.1:{port}");

        run.Connections.ShouldHaveSingleItem().ShouldBe(
            new ConnectionAttempt($"127.0.0.1:{port}", "127.0.0.1", ConnectionOutcome.Failed, "Connection refused"));
    }

    [Fact]
    public async Task Name_ThatDoesNotExist_SaysSo()
    {
        var (_, run) = await Explained.RunAsync("kind: tcp", "address: no-such-host.invalid:80");

        run.Names.ShouldHaveSingleItem().Failure.ShouldNotBeNullOrEmpty();
        run.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redis_HasItsCommands_WithoutThePassword()
    {
        await using var target = new TcpTarget(async (stream, stop) =>
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
                await stream.WriteAsync("+OK\r\n"u8.ToArray(), stop);
            }
        });

        var (_, run) = await Explained.RunAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", $"password: {Password}");

        run.Commands.ShouldBe(["AUTH …", "PING", "INFO"]);
    }
}
