using System.Security.Cryptography;
using System.Text.Json;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Unit.Access;

/// <summary>A small issuer of tokens on loopback, over real HTTP: its metadata, its keys, and the tokens that it signs.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    /// <summary>The path of its metadata.</summary>
    public const string Metadata = "/.well-known/openid-configuration";

    private readonly List<RsaSecurityKey> _keys = [NewKey("one")];
    private HttpTarget _target = null!;

    /// <summary>What it says of itself, and is asked under.</summary>
    public string Url => _target.Url;

    /// <summary>How often its metadata were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>What it answers instead of what it should.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>The key that it signs with.</summary>
    public RsaSecurityKey Key => _keys[^1];

    public static async Task<Issuer> StartAsync()
    {
        var issuer = new Issuer();
        issuer._target = await HttpTarget.StartAsync(issuer.AnswerAsync);
        return issuer;
    }

    /// <summary>Signs with another key from now on; the one before is published no longer.</summary>
    public void Rotate(string name)
    {
        _keys.Clear();
        _keys.Add(NewKey(name));
    }

    /// <summary>A token that is right, but for what is said.</summary>
    public string Token(DateTimeOffset now, Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Url,
            Audience = "health-agent",
            NotBefore = now.UtcDateTime.AddMinutes(-5),
            IssuedAt = now.UtcDateTime.AddMinutes(-5),
            Expires = now.UtcDateTime.AddMinutes(5),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "alice", ["roles"] = "health-viewer" },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public static RsaSecurityKey NewKey(string name) => new(RSA.Create(2048)) { KeyId = name };

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == Metadata)
        {
            Asked++;
        }

        return Instead is { } instead ? instead(context) : AnswerRightAsync(context);
    }

    /// <summary>Answers with its keys, or, on any other path, with its metadata.</summary>
    /// <param name="context">The request.</param>
    /// <param name="issuer">What it says that it is, where that is something else.</param>
    /// <param name="keys">Where it says that its keys are, where that is somewhere else.</param>
    public Task AnswerRightAsync(HttpContext context, string? issuer = null, string? keys = null) => context.Response.WriteAsync(
        context.Request.Path != "/keys"
            ? JsonSerializer.Serialize(new { issuer = issuer ?? Url, jwks_uri = $"{keys ?? Url}/keys" })
            : JsonSerializer.Serialize(new
            {
                keys = _keys.Select(key => key.Rsa.ExportParameters(includePrivateParameters: false) is var rsa ? new
                {
                    kty = "RSA", use = "sig", kid = key.KeyId,
                    n = Base64UrlEncoder.Encode(rsa.Modulus), e = Base64UrlEncoder.Encode(rsa.Exponent),
                } : null),
            }));
}
