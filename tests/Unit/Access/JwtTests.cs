using System.Text;
using HealthAgent.Agent.Access;
using HealthAgent.Unit.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Unit.Access;

/// <summary>Callers that prove who they are by a JSON Web Token.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private Issuer _issuer = null!;
    private AccessAgent _agent = null!;

    private string Yaml => $$"""
        agent: { listen: "http://0.0.0.0:0" }
        access:
          jwt: { issuer: "{{_issuer.Url}}", audience: health-agent, roles: { health-viewer: viewer, health-operator: operator } }

        """;

    public async ValueTask InitializeAsync()
    {
        _issuer = await Issuer.StartAsync();
        _agent = await AccessAgent.StartAsync(Yaml);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Token_OfTheIssuer_GivesTheRoleOfItsClaim()
    {
        (await GetAsync(Token())).Body.ShouldContain("secret-name");
        (await _agent.PostAsync("/reload", AccessAgent.Bearer(Token()))).Status.ShouldBe(403);

        var operators = Token(token => token.Claims["roles"] = new[] { "other", "health-viewer", "health-operator" });
        (await _agent.PostAsync("/reload", AccessAgent.Bearer(operators))).Status.ShouldBe(200);
        _issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Token_WithoutARole_IsOfNobodyInParticular()
    {
        var reply = await GetAsync(Token(token => token.Claims.Remove("roles")));

        reply.Status.ShouldBeOneOf(200, 503);
        reply.Body.ShouldNotContain("secret-name");
        (await _agent.PostAsync("/reload", AccessAgent.Bearer(Token(token => token.Claims.Remove("roles"))))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Token_OfAnotherAudience_IsRefused() =>
        await ShouldBeRefusedAsync(Token(token => token.Audience = "other"), "a JWT for another audience");

    [Fact]
    public async Task Token_OfAnotherIssuer_IsRefused() =>
        await ShouldBeRefusedAsync(Token(token => token.Issuer = "https://id.example"), "a JWT of another issuer");

    [Fact]
    public async Task Token_ThatIsExpired_IsRefused() => await ShouldBeRefusedAsync(
        Token(token => token.Expires = _agent.Clock.GetUtcNow().UtcDateTime.AddMinutes(-2)), "a JWT that is expired, or not valid yet");

    [Fact]
    public async Task Token_ThatIsNotValidYet_IsRefused() => await ShouldBeRefusedAsync(
        Token(token => token.NotBefore = _agent.Clock.GetUtcNow().UtcDateTime.AddMinutes(2)), "a JWT that is expired, or not valid yet");

    [Fact]
    public async Task Token_WithoutAnEnd_IsRefused() =>
        await ShouldBeRefusedAsync(Token(token => token.Expires = null), "a JWT that is expired, or not valid yet");

    [Fact]
    public async Task Token_AgesOnTheClock()
    {
        var token = Token();
        (await GetAsync(token)).Body.ShouldContain("secret-name");

        _agent.Clock.Advance(TimeSpan.FromMinutes(7));

        await ShouldBeRefusedAsync(token, "a JWT that is expired, or not valid yet");
    }

    [Fact]
    public async Task Token_SignedByAnotherKeyOfThatName_IsRefused()
    {
        var forged = Issuer.NewKey(_issuer.Key.KeyId);

        await ShouldBeRefusedAsync(
            Token(token => token.SigningCredentials = new SigningCredentials(forged, SecurityAlgorithms.RsaSha256)),
            "a JWT whose signature is wrong or missing");
    }

    [Fact]
    public async Task Token_WithAlgorithmNone_IsRefused()
    {
        var parts = Token().Split('.');
        var header = Base64UrlEncoder.Encode($"{{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"{_issuer.Key.KeyId}\"}}");

        await ShouldBeRefusedAsync($"{header}.{parts[1]}.", "a JWT whose signature is wrong or missing");
        await ShouldBeRefusedAsync($"{header}.{parts[1]}.{parts[2]}", "a JWT");
        await ShouldBeRefusedAsync(Token(token => token.SigningCredentials = null), "a JWT");
    }

    [Fact]
    public async Task Token_WithThePublicKeyAsAPassword_IsRefused()
    {
        foreach (var secret in new[]
        {
            _issuer.Key.Rsa.ExportRSAPublicKey(), _issuer.Key.Rsa.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(_issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()),
            _issuer.Key.Rsa.ExportParameters(includePrivateParameters: false).Modulus!,
        })
        {
            var forged = new SymmetricSecurityKey(secret) { KeyId = _issuer.Key.KeyId };
            await ShouldBeRefusedAsync(
                Token(token => token.SigningCredentials = new SigningCredentials(forged, SecurityAlgorithms.HmacSha256)), "a JWT");
        }
    }

    [Fact]
    public async Task Token_OfNoKindOfJwt_IsUnknownAndMakesNoRequest()
    {
        await ShouldBeRefusedAsync("opaque-0123456789abcdef", "an unknown token");
        await ShouldBeRefusedAsync("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.a.b.c.d", "an unknown token");

        _issuer.Asked.ShouldBe(0);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.bm9uc2Vuc2U.c2ln")]
    [InlineData("a.b.c.d.e")]
    public async Task Token_ThatIsNone_IsRefused(string token) => await ShouldBeRefusedAsync(token, "a");

    [Fact]
    public async Task Key_ThatIsNew_IsFetchedForTheTokenThatNeedsIt()
    {
        await GetAsync(Token());
        _issuer.Rotate("two");
        _agent.Clock.Advance(IssuerKeys.Pause);

        (await GetAsync(Token())).Body.ShouldContain("secret-name");
        _issuer.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task Keys_ThatNobodyHas_MakeFewRequests()
    {
        await GetAsync(Token());
        for (var i = 0; i < 8; i++)
        {
            var forged = Issuer.NewKey($"made-up-{i}");
            await ShouldBeRefusedAsync(
                Token(token => token.SigningCredentials = new SigningCredentials(forged, SecurityAlgorithms.RsaSha256)),
                "a JWT with a key that its issuer does not have");
        }

        _issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Issuer_ThatIsDown_LeavesTheKeysThatAreKnown()
    {
        var known = _issuer.Key;
        await GetAsync(Token());
        _issuer.Instead = Failing;
        _agent.Clock.Advance(IssuerKeys.Pause);

        // Whether it is a key of the issuer, nobody knows: it is not the caller's fault.
        var unknown = Token(token => token.SigningCredentials = new SigningCredentials(Issuer.NewKey("two"), SecurityAlgorithms.RsaSha256));
        var reply = await GetAsync(unknown);
        reply.ShouldBeProblem(503);
        reply.Headers["Retry-After"].ShouldBe("10");

        (await GetAsync(Token(token => token.SigningCredentials = new SigningCredentials(known, SecurityAlgorithms.RsaSha256))))
            .Body.ShouldContain("secret-name");
        _agent.Log.Records.ShouldContain(record => record.Message.Contains("the keys of", StringComparison.Ordinal)
            && record.Message.EndsWith("/.well-known/openid-configuration answers 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Issuer_ThatWasNeverThere_IsAskedAgainAfterAPause()
    {
        _issuer.Instead = Failing;
        for (var i = 0; i < 2 * FailedAttempts.AtOnce; i++)
        {
            (await GetAsync(Token())).ShouldBeProblem(503);
        }

        _issuer.Asked.ShouldBe(1);
        _issuer.Instead = null;
        _agent.Clock.Advance(IssuerKeys.PauseAfterFailure);
        (await GetAsync(Token())).Body.ShouldContain("secret-name");
    }

    [Fact]
    public async Task Issuer_ThatSpeaksForAnother_IsNotBelieved()
    {
        _issuer.Instead = context => _issuer.AnswerRightAsync(context, issuer: "https://id.example");

        (await GetAsync(Token())).ShouldBeProblem(503);
    }

    [Fact]
    public async Task Issuer_WhoseKeysComeWithoutTls_IsNotBelieved()
    {
        // Reaches this machine, and is no loopback address.
        _issuer.Instead = context => _issuer.AnswerRightAsync(
            context, keys: _issuer.Url.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal));

        (await GetAsync(Token())).ShouldBeProblem(503);
        _agent.Log.Records.ShouldContain(record => record.Message.EndsWith("/keys is not https", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Issuer_ThatRedirectsOrSendsTooMuch_IsNotFollowed()
    {
        _issuer.Instead = context =>
        {
            if (context.Request.Path != Issuer.Metadata)
            {
                return _issuer.AnswerRightAsync(context);
            }

            context.Response.Redirect($"{_issuer.Url}/elsewhere");
            return Task.CompletedTask;
        };
        (await GetAsync(Token())).ShouldBeProblem(503);

        _agent.Clock.Advance(IssuerKeys.PauseAfterFailure);
        _issuer.Instead = context => context.Response.WriteAsync(new string(' ', 300 * 1024));
        (await GetAsync(Token())).ShouldBeProblem(503);
    }

    [Fact]
    public async Task Issuer_ThatHangs_HoldsUpNobodyButThoseWithItsTokens()
    {
        var hangs = new TaskCompletionSource();
        _issuer.Instead = async context =>
        {
            hangs.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var waiting = new[] { GetAsync(Token()), GetAsync(Token()) };
        await hangs.Task.WaitAsync(TestContext.Current.CancellationToken);

        (await _agent.GetAsync("/livez")).Status.ShouldBe(200);
        _agent.Clock.Advance(IssuerKeys.Limit);

        foreach (var reply in await Task.WhenAll(waiting))
        {
            reply.ShouldBeProblem(503);
        }

        _issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_AnHourOld_AreFetchedAgainInTheBackground()
    {
        await GetAsync(Token());
        _agent.Clock.Advance(IssuerKeys.GoodFor);

        (await GetAsync(Token())).Body.ShouldContain("secret-name");
        await HealthAgent.Unit.Scheduling.Eventually.Is(() => _issuer.Asked == 2, "the keys are fetched again");
    }

    [Fact]
    public async Task Roles_Changed_HoldFromTheReloadOn()
    {
        (await GetAsync(Token())).Body.ShouldContain("secret-name");

        (await _agent.ReloadAsync(Yaml.Replace("health-viewer: viewer, ", "", StringComparison.Ordinal))).ShouldBeEmpty();
        (await GetAsync(Token())).Body.ShouldNotContain("secret-name");
        _issuer.Asked.ShouldBe(1);

        (await _agent.ReloadAsync("agent: { listen: \"http://0.0.0.0:0\" }\naccess: { tokens: "
            + "[{ name: a, role: viewer, token: viewer-0123456789abcdef }] }\n")).ShouldBeEmpty();
        (await GetAsync(Token())).ShouldBeProblem(401);
    }

    private string Token(Action<SecurityTokenDescriptor>? change = null) => _issuer.Token(_agent.Clock.GetUtcNow(), change);

    private Task<Reply> GetAsync(string token) => _agent.GetAsync("/health?mode=full", AccessAgent.Bearer(token));

    private static Task Failing(HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private async Task ShouldBeRefusedAsync(string token, string what)
    {
        var reply = await GetAsync(token);
        reply.ShouldBeProblem(401);
        reply.Json.GetProperty("detail").GetString().ShouldStartWith($"not accepted: {what}");
        var texts = _agent.Log.Records.Select(record => $"{record.Message} {record.Exception}").Append(reply.Body);
        _agent.Log.Records.ShouldNotContain(record => record.Category.Contains("Authentication", StringComparison.Ordinal));
        texts.ShouldAllBe(text => !token.Split('.').Any(part => part.Length > 4 && text.Contains(part, StringComparison.Ordinal)));
    }
}
