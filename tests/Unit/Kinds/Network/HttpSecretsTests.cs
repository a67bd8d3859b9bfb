using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What is sent and must not be shown.</summary>
public sealed class HttpSecretsTests
{
    [Theory]
    [InlineData("username: ada", "password: hunter2", "Basic YWRhOmh1bnRlcjI=")]
    [InlineData("token: hunter2", "retries: 0", "Bearer hunter2")]
    [InlineData("headers: {Authorization: Custom hunter2}", "retries: 0", "Custom hunter2")]
    [InlineData("headers: {X-Api-Key: hunter2}", "retries: 0", "hunter2")]
    [InlineData("headers: {Cookie: session=hunter2}", "retries: 0", "session=hunter2")]
    [InlineData("headers: {X-Auth: hunter2}", "retries: 0", "hunter2")]
    [InlineData("headers: {X-Signature: '${env:NONE:-hunter2}'}", "retries: 0", "hunter2")]
    [InlineData("headers: {authorization: Basic YWRhOmh1bnRlcjI=}", "retries: 0", "Basic YWRhOmh1bnRlcjI=")]
    public async Task Credentials_AreSentButNeverShown(string first, string second, string sent)
    {
        await using var target = await EchoingAsync();
        var judgement = await JudgeAsync(target, first, second, "expect: [body == ok]");
        judgement.Result.ShouldBe(Result.Fail);
        ShouldHaveSentAndHidden(judgement, sent);
    }

    [Theory]
    [InlineData("{X-Auth: SeeMe1}", "SeeMe1")]
    [InlineData("{Authorization: Bearer abc-123}", "Bearer abc-123|abc-123")]
    [InlineData("{Proxy-Authorization: Basic YWRhOmh1bnRlcjI=}", "Basic YWRhOmh1bnRlcjI=|YWRhOmh1bnRlcjI=|hunter2")]
    [InlineData("{cookie: a=one; b=two=2}", "a=one; b=two=2|one|two=2")]
    [InlineData("{accept: text/html, Content-Type: a/b, User-Agent: me, Host: h, X-Forwarded-For: 10.0.0.1}", "")]
    public void Headers_ThatAreNotKnownToBeHarmless_AreSecret(string headers, string secrets) =>
        Configured.Read($"checks: [{{name: a, kind: http, url: 'http://h/', headers: {headers}}}]").Options!.Checks[0].Settings.Secrets
            .ShouldBe(secrets.Split('|', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);

    [Fact]
    public async Task Secret_OfAFileInANestedSetting_IsNeverShown()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "hunter2\n", TestContext.Current.CancellationToken);
        await using var target = await EchoingAsync();
        ShouldHaveSentAndHidden(
            await JudgeAsync(target, $"headers: {{ X-Signature: 'v1 ${{file:{path}}}' }}", "expect: [body == ok]"), "v1 hunter2");
        File.Delete(path);
    }

    [Fact]
    public async Task Credentials_InTheUrl_AreSentButNeverShown()
    {
        await using var target = await EchoingAsync();
        var url = target.Url.Replace("http://", "http://ada:hunter%32@", StringComparison.Ordinal);
        ShouldHaveSentAndHidden(await CheckRun.JudgeAsync("kind: http", $"url: {url}", "expect: [body == ok]"), "Basic YWRhOmh1bnRlcjI=");
    }

    [Fact]
    public async Task Credentials_AreNotCarriedToAnotherHostByARedirect()
    {
        await using var elsewhere = await EchoingAsync();
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Url);
            return Task.CompletedTask;
        });
        var judgement = await JudgeAsync(target, "followRedirects: true", "token: hunter2", "expect: [body contains 'sha256:']");
        judgement.Reason!.ShouldContain("was []");
    }

    private static Task<CheckVerdict> JudgeAsync(HttpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: {target.Url}/health?full=1", .. lines]);

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);

    /// <summary>A target that tells a caller all the headers it was sent, and proves by a hash what they were.</summary>
    private static Task<HttpTarget> EchoingAsync() => HttpTarget.StartAsync(async context =>
    {
        var sent = new[] { "Authorization", "X-Api-Key", "Cookie", "X-Auth", "X-Signature" }.SelectMany(
            name => context.Request.Headers[name]).ToList();
        var proof = sent.Select(value => "sha256:" + Hash(value!));
        await context.Response.WriteAsync($"[{string.Join(' ', proof.Concat(sent))}]");
    });

    private static string Hash(string text) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static void ShouldHaveSentAndHidden(CheckVerdict judgement, string sent)
    {
        judgement.Reason!.ShouldContain($"sha256:{Hash(sent)}");
        foreach (var text in judgement.Observations.Select(pair => $"{pair.Value}").Append(judgement.Reason!))
        {
            text.ShouldNotContain("hunter2");
            text.ShouldNotContain("YWRhOmh1bnRlcjI");
        }
    }
}
