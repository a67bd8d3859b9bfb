using System.Text;
using HealthAgent.Unit.Support;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Unit.Access;

/// <summary>Callers that prove who they are by a JSON Web Token.</summary>
public sealed class JwtTests : AgentWithIssuer
{
    [Fact]
    public async Task Token_OfTheIssuer_GivesTheRoleOfItsClaim()
    {
        (await GetAsync(Token())).Body.ShouldContain("secret-name");
        (await Agent.PostAsync("/reload", AccessAgent.Bearer(Token()))).Status.ShouldBe(403);

        var operators = Token(token => token.Claims["roles"] = new[] { "other", "health-viewer", "health-operator" });
        (await Agent.PostAsync("/reload", AccessAgent.Bearer(operators))).Status.ShouldBe(200);
        Issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Token_WithoutARole_IsOfNobodyInParticular()
    {
        var reply = await GetAsync(Token(token => token.Claims.Remove("roles")));

        reply.Status.ShouldBeOneOf(200, 503);
        reply.Body.ShouldNotContain("secret-name");
        (await Agent.PostAsync("/reload", AccessAgent.Bearer(Token(token => token.Claims.Remove("roles"))))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Token_OfAnotherAudience_IsRefused() =>
        await ShouldBeRefusedAsync(Token(token => token.Audience = "other"), "a JWT for another audience");

    [Fact]
    public async Task Token_OfAnotherIssuer_IsRefused() =>
        await ShouldBeRefusedAsync(Token(token => token.Issuer = "https://id.example"), "a JWT of another issuer");

    [Fact]
    public async Task Token_ThatIsExpired_IsRefused() => await ShouldBeRefusedAsync(
        Token(token => token.Expires = Agent.Clock.GetUtcNow().UtcDateTime.AddMinutes(-2)), "a JWT that is expired, or not valid yet");

    [Fact]
    public async Task Token_ThatIsNotValidYet_IsRefused() => await ShouldBeRefusedAsync(
        Token(token => token.NotBefore = Agent.Clock.GetUtcNow().UtcDateTime.AddMinutes(2)), "a JWT that is expired, or not valid yet");

    [Fact]
    public async Task Token_WithoutAnEnd_IsRefused() =>
        await ShouldBeRefusedAsync(Token(token => token.Expires = null), "a JWT that is expired, or not valid yet");

    [Fact]
    public async Task Token_AgesOnTheClock()
    {
        var token = Token();
        (await GetAsync(token)).Body.ShouldContain("secret-name");

        Agent.Clock.Advance(TimeSpan.FromMinutes(7));

        await ShouldBeRefusedAsync(token, "a JWT that is expired, or not valid yet");
    }

    [Fact]
    public async Task Token_SignedByAnotherKeyOfThatName_IsRefused()
    {
        var forged = Issuer.NewKey(Issuer.Key.KeyId);

        await ShouldBeRefusedAsync(
            Token(token => token.SigningCredentials = new SigningCredentials(forged, SecurityAlgorithms.RsaSha256)),
            "a JWT whose signature is wrong or missing");
    }

    [Fact]
    public async Task Token_WithAlgorithmNone_IsRefused()
    {
        var parts = Token().Split('.');
        var header = Base64UrlEncoder.Encode($"{{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"{Issuer.Key.KeyId}\"}}");

        await ShouldBeRefusedAsync($"{header}.{parts[1]}.", "a JWT whose signature is wrong or missing");
        await ShouldBeRefusedAsync($"{header}.{parts[1]}.{parts[2]}", "a JWT");
        await ShouldBeRefusedAsync(Token(token => token.SigningCredentials = null), "a JWT");
    }

    [Fact]
    public async Task Token_WithThePublicKeyAsAPassword_IsRefused()
    {
        foreach (var secret in new[]
        {
            Issuer.Key.Rsa.ExportRSAPublicKey(), Issuer.Key.Rsa.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(Issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()),
            Issuer.Key.Rsa.ExportParameters(includePrivateParameters: false).Modulus!,
        })
        {
            var forged = new SymmetricSecurityKey(secret) { KeyId = Issuer.Key.KeyId };
            await ShouldBeRefusedAsync(
                Token(token => token.SigningCredentials = new SigningCredentials(forged, SecurityAlgorithms.HmacSha256)), "a JWT");
        }
    }

    [Fact]
    public async Task Token_OfNoKindOfJwt_IsUnknownAndMakesNoRequest()
    {
        await ShouldBeRefusedAsync("opaque-0123456789abcdef", "an unknown token");
        await ShouldBeRefusedAsync("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.a.b.c.d", "an unknown token");

        Issuer.Asked.ShouldBe(0);
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
    public async Task Roles_Changed_HoldFromTheReloadOn()
    {
        (await GetAsync(Token())).Body.ShouldContain("secret-name");

        (await Agent.ReloadAsync(Yaml.Replace("health-viewer: viewer, ", "", StringComparison.Ordinal))).ShouldBeEmpty();
        (await GetAsync(Token())).Body.ShouldNotContain("secret-name");
        Issuer.Asked.ShouldBe(1);

        (await Agent.ReloadAsync("agent: { listen: \"http://0.0.0.0:0\" }\naccess: { tokens: "
            + "[{ name: a, role: viewer, token: viewer-0123456789abcdef }] }\n")).ShouldBeEmpty();
        (await GetAsync(Token())).ShouldBeProblem(401);
    }
}
