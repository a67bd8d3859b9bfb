using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Commands.Checking;

/// <summary>Why a check fails, found out with one command each.</summary>
public sealed class TenFailuresTests : IDisposable
{
    private readonly Authority _root = new("Shop Root");

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
            "hint: the target rejects the credentials: a wrong user, password or token");
        await FailsAsync(
            ["--url", target.Url], "hint: the target wants credentials (Basic realm=\"shop\"): set username and password, or token");
    }

    [Fact]
    public async Task ExpiredCertificate()
    {
        using var certificate = _root.Issue(validFor: TimeSpan.FromDays(-3));
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url, "--tls.ca", Pem(_root)],
            "(certificate_expired)", "was rejected: it expired at", "hint: renew the certificate that has expired, and reload the server",
            "expired 3 days ago");
    }

    [Fact]
    public async Task WrongHostName()
    {
        using var certificate = _root.Issue(name: "orders.internal");
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url, "--tls.ca", Pem(_root)],
            "(certificate_invalid)", "certificate hostname mismatch", "hint: the certificate is for orders.internal, not for 127.0.0.1");
    }

    [Fact]
    public async Task MissingIntermediate()
    {
        using var between = new Authority("Shop Issuing", _root);
        using var certificate = between.Issue();
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url, "--tls.ca", Pem(_root)],
            "(certificate_invalid)", "unable to get issuer certificate",
            "hint: the server sends 1 of its chain, and none issued to CN=Shop Issuing: let it send its intermediate certificates too");
    }

    [Fact]
    public async Task RefusedPort()
    {
        using var refusing = TcpTarget.Refusing(out var port);

        await FailsAsync(
            ["--url", $"tcp://127.0.0.1:{port}"],
            "(connection_refused)", "hint: nothing listens on this address and port: is the process running, and on this port?");
    }

    [Fact]
    public Task NameThatDoesNotExist() => FailsAsync(
        ["--url", "http://no-such-host.invalid/", "--timeout", "20s"],
        "(dns)", "reason: resolving no-such-host.invalid", "hint: the name does not resolve on this machine: a misspelt name");

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
    public async Task SlowAnswer()
    {
        await using var target = TcpTarget.Hanging();

        await FailsAsync(
            ["--url", $"http://127.0.0.1:{target.Port}/", "--timeout", "3s"],
            "(timeout)", "reason: timed out while waiting for the response", "< no response",
            "hint: the port takes connections, and nothing answers on them: the target hangs or is overloaded");
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
            "was 503", "hint: the target asks to come back in 120s (Retry-After): it is overloaded, or in maintenance",
                "| too many connections");
    }

    [Fact]
    public async Task JsonWithoutTheMember()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"state":"healthy"}""");

        await FailsAsync(
            ["--url", target.Url, "--expect", "json $.status == healthy"],
            "json $.status == healthy: not observed",
                "hint: what 'json $.status == healthy' looks at is not in the response: misspelt here, renamed there",
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

    [Fact]
    public async Task HttpsOnAPortForHttp()
    {
        await using var target = await HttpTarget.AnsweringAsync("{}");

        await FailsAsync(
            ["--url", target.Url.Replace("http:", "https:", StringComparison.Ordinal)],
            "(tls)", "reason: the server does not speak TLS on this port",
                "hint: write the scheme without TLS, such as http:// for https://");
    }

    [Fact]
    public async Task HttpOnAPortForHttps()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url.Replace("https:", "http:", StringComparison.Ordinal)],
            "hint: it was closed without a byte in return: the port may want https://, or something else listens on this port");
    }

    public void Dispose() => _root.Dispose();

    private static string Pem(Authority authority) => authority.Certificate.ExportCertificatePem();

    private static async Task FailsAsync(string[] arguments, params string[] expected)
    {
        var (code, output, _) = await AgentProcess.RunAsync(["check", .. arguments]);

        code.ShouldBe(2, output);
        foreach (var text in expected)
        {
            output.ShouldContain(text);
        }

        output.ShouldMatch(@"\n  runbook: \S*docs/runbooks/error-types\.md#[a-z_]+\n");
        output.ShouldNotContain("\e");
    }
}
