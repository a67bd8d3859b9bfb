using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using HealthAgent.Configuration;
using HealthAgent.Endpoints;
using HealthAgent.State;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthAgent.Agent.Access;

/// <summary>Authenticates callers by a bearer token of <c>access.tokens</c>, and refuses those who are not allowed something.</summary>
/// <remarks>Rule: RFC 6750.</remarks>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder, StateStore store)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    /// <summary>The token's entry. It takes as long for any token: each is compared whole, and all of them.</summary>
    public static AccessToken? Find(IReadOnlyList<AccessToken> known, string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        AccessToken? found = null;
        foreach (var candidate in known)
        {
            found = CryptographicOperations.FixedTimeEquals(candidate.Hash.Span, hash) ? candidate : found;
        }

        return found;
    }

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        BearerToken.Of(Request) is not { } token ? AuthenticateResult.Fail("a header 'Authorization' that is not 'Bearer TOKEN'")
        : Find(store.Current.Plan.Access.Tokens, token) is { } found ? Callers.Ticket(found.Name, found.Role, Scheme.Name)
        : AuthenticateResult.Fail("an unknown token"));

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Who asks for it says why in the body.
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Refusals.Challenge;
        return Task.CompletedTask;
    }
}
