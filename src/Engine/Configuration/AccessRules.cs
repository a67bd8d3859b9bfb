using System.Net;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>Who may see and do what, as written in <c>access</c>. Immutable.</summary>
internal sealed record AccessRules
{
    /// <summary>What holds without the section: loopback listeners take their callers for operators.</summary>
    public static readonly AccessRules Unwritten = new() { Loopback = Role.Operator };

    /// <summary>Whether there is such a section.</summary>
    public bool IsWritten { get; init; }

    /// <summary>What callers without credentials get.</summary>
    public Surface Anonymous { get; init; } = Surface.Probes | Surface.Health | Surface.Metrics;

    /// <summary>Whether callers without credentials see names and reasons in what they get.</summary>
    public bool AnonymousSeesDetails { get; init; }

    /// <summary>What callers of a loopback listener without credentials are, if they name a loopback host.</summary>
    public Role Loopback { get; init; }

    /// <summary>The addresses that are served; empty for all.</summary>
    public IReadOnlyList<IPNetwork> AllowFrom { get; init; } = [];

    /// <summary>The proxies whose <c>X-Forwarded-For</c> and <c>Forwarded</c> are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Bearer tokens.</summary>
    public IReadOnlyList<AccessToken> Tokens { get; init; } = [];

    /// <summary>Certificates of callers, which a listener's <c>clientAuthority</c> issued.</summary>
    public IReadOnlyList<AccessCertificate> Certificates { get; init; } = [];

    /// <summary>JSON Web Tokens of an issuer; null where none are taken.</summary>
    public JwtRules? Jwt { get; init; }

    /// <summary>Whether the same is written, secrets included.</summary>
    public Fingerprint Fingerprint { get; init; }
}

/// <summary>A bearer token, of which only the hash is kept.</summary>
/// <param name="Name">Who it stands for.</param>
/// <param name="Role">What it gives.</param>
/// <param name="Hash">SHA-256 of the token.</param>
internal sealed record AccessToken(string Name, Role Role, ReadOnlyMemory<byte> Hash);

/// <summary>The subject of a caller's certificate.</summary>
/// <param name="Name">Who it stands for.</param>
/// <param name="Role">What it gives.</param>
/// <param name="Subject">The whole distinguished name.</param>
internal sealed record AccessCertificate(string Name, Role Role, X500DistinguishedName Subject);

/// <summary>JSON Web Tokens that are taken.</summary>
/// <param name="Issuer">Their <c>iss</c>, under which the issuer's metadata is found.</param>
/// <param name="Audience">Their <c>aud</c>, or one of these.</param>
/// <param name="RoleClaim">The claim whose values are mapped to roles; <c>a.b</c> is <c>b</c> within <c>a</c>.</param>
/// <param name="Roles">Roles by value of that claim.</param>
internal sealed record JwtRules(string Issuer, string Audience, string RoleClaim, IReadOnlyDictionary<string, Role> Roles)
{
    /// <summary>Where the issuer publishes its metadata.</summary>
    /// <remarks>Rule: OpenID Connect Discovery 1.0, 4.</remarks>
    public Uri Metadata => new($"{Issuer.TrimEnd('/')}/.well-known/openid-configuration");
}
