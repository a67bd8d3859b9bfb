using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>What may be written in <c>access</c>.</summary>
public sealed class AccessSettingsTests
{
    private const string Name = "access.tokens[a]";

    [Theory]
    [InlineData("token: ''", "token: the token is empty; make one with: openssl rand -hex 32")]
    [InlineData("token: 0123456789abcde", "token: the token is too short; at least 16 characters; make one with: openssl rand -hex 32")]
    [InlineData("token: aaaaaaaaaaaaaaaaaaaaaa", "token: the token is easily guessed; make one with: openssl rand -hex 32")]
    [InlineData("token: '0123456789 abcdef'", "token: the token has characters that 'Authorization: Bearer' cannot carry; "
        + "letters, digits and - . _ ~ + / = are allowed; make one with: openssl rand -hex 32")]
    [InlineData("token: '0123456789abcdeé'", "token: the token has characters that 'Authorization: Bearer' cannot carry; "
        + "letters, digits and - . _ ~ + / = are allowed; make one with: openssl rand -hex 32")]
    [InlineData("x-none: 1", ": a token has either 'token' or 'sha256'; make one with: openssl rand -hex 32")]
    [InlineData("sha256: 9f86d0", "sha256: a SHA-256 has 64 hexadecimal digits; write what 'printf %s TOKEN | sha256sum' prints")]
    [InlineData("sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256: this is the SHA-256 of nothing; make one with: openssl rand -hex 32")]
    public void Token_ThatProtectsNothing_IsAnErrorWithARemedy(string written, string error) =>
        ErrorsOf($"access:\n  tokens:\n    - {{ name: a, role: viewer, {written} }}").ShouldHaveSingleItem()
            .ShouldEndWith($"{Name}{(error.StartsWith(':') ? "" : ".")}{error}");

    [Fact]
    public void Token_InAnError_IsNotRepeated() =>
        ErrorsOf("access: { tokens: [{ name: a, role: vewer, token: 'planted secret' }] }")
            .ShouldAllBe(error => !error.Contains("planted", StringComparison.Ordinal));

    [Theory]
    [InlineData("tokens: [{ name: a, token: 0123456789abcdef }]", "access.tokens[a].role: 'role' is required: viewer or operator")]
    [InlineData("tokens: [{ name: a, role: admin, token: 0123456789abcdef }]",
        "access.tokens[a].role: 'admin' is not valid (valid: operator, viewer)")]
    [InlineData("tokens: [{ name: A b, role: viewer, token: 0123456789abcdef }]", "access.tokens[A b].name: 'A b' is not a name; "
        + "use small letters, digits and . _ - after a first letter or digit")]
    [InlineData("tokens: [{ name: a, role: viewer, token: 0123456789abcdef }, { name: a, role: viewer, token: 0123456789abcdeg }]",
        "access.tokens: the name 'a' is given twice; names are unique")]
    [InlineData("tokens: [{ name: a, role: viewer, token: 0123456789abcdef }, { name: b, role: viewer, token: 0123456789abcdef }]",
        "access.tokens: two of these are the same token; who uses it could not be told apart")]
    [InlineData("tokens: [{ name: a, role: viewer, token: 0123456789abcdef, sha256: x }]",
        "access.tokens[a].sha256: a token has either 'token' or 'sha256'; make one with: openssl rand -hex 32")]
    [InlineData("anonymous: [probs]", "access.anonymous: 'probs' is not valid (did you mean 'probes'?)")]
    [InlineData("loopback: root", "access.loopback: 'root' is not valid (valid: operator, viewer)")]
    [InlineData("allowFrom: [10.0.0.1/8]",
        "access.allowFrom: '10.0.0.1/8' has bits beyond its prefix; write 10.0.0.0/8 for the network, or 10.0.0.1 for the address")]
    [InlineData("allowFrom: [10]",
        "access.allowFrom: '10' is not an address; write an address or a network, such as 10.1.2.3, 10.0.0.0/8 or fd00::/8")]
    [InlineData("trustedProxies: [proxy.internal]",
        "access.trustedProxies: 'proxy.internal' is not an address; "
        + "write an address or a network, such as 10.1.2.3, 10.0.0.0/8 or fd00::/8")]
    [InlineData("clientCertificates: [{ name: a, role: viewer, subject: ops }]",
        "access.clientCertificates[a].subject: 'ops' is not a distinguished name; "
        + "write what 'openssl x509 -noout -subject -nameopt RFC2253' prints")]
    [InlineData("clientCertificates: [{ name: a, role: viewer, subject: \"CN=ops\" }]",
        "access.clientCertificates: no listener asks callers for a certificate; write 'clientAuthority' to one of agent.listen")]
    [InlineData("jwt: { issuer: \"http://id.example\", audience: a, roles: { x: viewer } }",
        "access.jwt.issuer: 'http://id.example' is not an issuer; "
        + "write https://HOST/PATH as the tokens have it in 'iss', or http:// on loopback")]
    [InlineData("jwt: { issuer: \"https://id.example\", audience: a, roles: { x: root } }",
        "access.jwt.roles: 'root' is not valid (valid: operator, viewer)")]
    [InlineData("jwt: { issuer: \"https://id.example\", audience: a }",
        "access.jwt.roles: 'roles' is required, such as { health-viewer: viewer }: without, no token gives a role")]
    [InlineData("jwt: { issuer: \"https://id.example\", roles: { x: viewer } }", "access.jwt.audience: 'audience' is required")]
    [InlineData("tokns: []",
        "access.tokns: unknown key (did you mean 'tokens'?)")]
    public void Section_WithAMistake_IsAnError(string written, params string[] errors) =>
        ErrorsOf($"access: {{ {written} }}").Select(error => error[(error.IndexOf("access", StringComparison.Ordinal))..])
            .ShouldBe(errors, ignoreOrder: true);

    [Fact]
    public void Section_NotWritten_TrustsLoopbackAlone()
    {
        var rules = Configured.Read("checks: []").Options!.Access;

        (rules.IsWritten, rules.Loopback, rules.Anonymous, rules.AnonymousSeesDetails)
            .ShouldBe((false, Role.Operator, Surface.Probes | Surface.Health | Surface.Metrics, false));
    }

    [Theory]
    [InlineData("{}", "Probes, Health, Metrics", false)]
    [InlineData("{ anonymous: [] }", "None", false)]
    [InlineData("{ anonymous: probes }", "Probes", false)]
    [InlineData("{ anonymous: [probes, details] }", "Probes", true)]
    [InlineData("{ anonymous: [probes, health, metrics, page, api, actions] }", "All", false)]
    public void Anonymous_Written_IsWhatTheyGet(string section, string surfaces, bool details)
    {
        var rules = Configured.Read($"access: {section}\nchecks: []").Options!.Access;

        (rules.IsWritten, rules.Loopback, rules.Anonymous.ToString(), rules.AnonymousSeesDetails)
            .ShouldBe((true, Role.Anonymous, surfaces, details));
    }

    [Fact]
    public void Section_OfTheContract_IsRead()
    {
        var configured = Configured.Read("""
            access:
              anonymous: [probes, metrics]
              allowFrom: [10.0.0.0/8]
              trustedProxies: [10.1.2.3]
              tokens:
                - { name: grafana, role: viewer, token: "${env:VIEWER}" }
                - { name: deploy, role: operator, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }
              jwt: { issuer: https://id.example, audience: health-agent, roleClaim: roles, roles: { health-viewer: viewer } }
            checks: []
            """, ("VIEWER", "0123456789abcdef"));

        configured.Errors.ShouldBeEmpty();
        var rules = configured.Options!.Access;
        rules.Tokens.Select(token => (token.Name, token.Role)).ShouldBe([("grafana", Role.Viewer), ("deploy", Role.Operator)]);
        rules.Jwt!.Roles.ShouldBe([KeyValuePair.Create("health-viewer", Role.Viewer)]);
        rules.Jwt.Metadata.ToString().ShouldBe("https://id.example/.well-known/openid-configuration");
    }

    private static IReadOnlyList<string> ErrorsOf(string yaml) => Configured.Read(yaml + "\nchecks: []").Errors;
}
