using System.Text.Json;
using HealthAgent.Agent.Access;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Unit.Access;

public sealed class JwtClaimsTests
{
    [Theory]
    [InlineData("""{"roles":"viewer"}""", "roles", "viewer viewer")]
    [InlineData("""{"roles":["viewer","operator"]}""", "roles", "viewer operator")]
    [InlineData("""{"roles":["viewer",1,null,{"x":"y"},["z"]]}""", "roles", "viewer")]
    [InlineData("""{"realm_access":{"roles":["viewer"]}}""", "realm_access.roles", "viewer")]
    [InlineData("""{"a":{"b":{"c":"viewer"}}}""", "a.b.c", "viewer viewer")]
    [InlineData("""{"https://shop.example/roles":["viewer"]}""", "https://shop.example/roles", "viewer")]
    [InlineData("""{"a.b":["one"],"a":{"b":["two"]}}""", "a.b", "one")]
    [InlineData("""{"scope":"openid health:read"}""", "scope", "openid health:read openid health:read")]
    [InlineData("""{"roles":{"viewer":true}}""", "roles", "")]
    [InlineData("""{"roles":7}""", "roles", "")]
    [InlineData("""{"a":"b"}""", "a.b", "")]
    [InlineData("""{}""", "roles", "")]
    [InlineData("""[]""", "roles", "")]
    public void Claim_WithRoles_IsReadInEachForm(string claims, string name, string expected) =>
        string.Join(' ', JwtClaims.ValuesOf(JsonElement.Parse(claims), name)).ShouldBe(expected);

    [Theory]
    [InlineData("{\"sub\":\"alice\",\"client_id\":\"shop\"}", "alice")]
    [InlineData("{\"sub\":\"\",\"client_id\":\"shop\"}", "shop")]
    [InlineData("{\"client_id\":\"\"}", "jwt")]
    [InlineData("{\"sub\":\"a\\nb\"}", "a b")]
    public void Name_IsTheSubject_OrTheClient(string claims, string expected) => NameIn(claims).ShouldBe(expected);

    [Fact]
    public void Name_ThatIsLong_IsCut() => NameIn($"{{\"sub\":\"{new string('a', 129)}\"}}").ShouldBe(new string('a', 128));

    private static string NameIn(string claims) =>
        JwtClaims.NameOf(new JsonWebToken($"{Base64UrlEncoder.Encode("{\"alg\":\"none\"}")}.{Base64UrlEncoder.Encode(claims)}."));
}
