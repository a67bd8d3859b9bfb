using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Agent.Access;

/// <summary>Says why a credential was refused, in words of ours: messages of libraries may repeat parts of it.</summary>
internal static class JwtFailures
{
    /// <summary>The words for a failure.</summary>
    public static string Describe(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException
            or SecurityTokenNoExpirationException => "a JWT that is expired, or not valid yet",
        SecurityTokenInvalidAudienceException => "a JWT for another audience",
        SecurityTokenInvalidIssuerException => "a JWT of another issuer",
        SecurityTokenSignatureKeyNotFoundException => "a JWT with a key that its issuer does not have",
        SecurityTokenInvalidAlgorithmException => "a JWT with an algorithm that is not accepted",
        SecurityTokenInvalidSignatureException => "a JWT whose signature is wrong or missing",
        // Those of our own schemes.
        AuthenticationFailureException => failure.Message,
        _ => "a token that is not valid",
    };
}
