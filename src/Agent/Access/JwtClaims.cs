using System.Text.Json;
using HealthAgent.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Agent.Access;

/// <summary>What the claims of a verified token say of its caller.</summary>
internal static class JwtClaims
{
    private const int LongestName = 128;

    /// <summary>The subject, else the client, in one line.</summary>
    public static string NameOf(JsonWebToken token)
    {
        var name = PlainText.Line(token.TryGetPayloadValue("sub", out string? subject) && subject is { Length: > 0 } ? subject
            : token.TryGetPayloadValue("client_id", out string? client) && client is { Length: > 0 } ? client
            : AccessSetup.Jwt);
        return name.Length <= LongestName ? name : name[..LongestName];
    }

    /// <summary>The highest of the roles that the values of the role claim are mapped to.</summary>
    public static Role RoleOf(JsonWebToken token, JwtRules rules)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return ValuesOf(payload.RootElement, rules.RoleClaim)
            .Select(value => rules.Roles.GetValueOrDefault(value))
            .DefaultIfEmpty(Role.Anonymous)
            .Max();
    }

    /// <summary>
    /// The texts under a claim: one text, which may be a list separated by spaces as <c>scope</c> is, or a list of them. Where no claim has
    /// the whole name, a dot leads into a claim.
    /// </summary>
    internal static IEnumerable<string> ValuesOf(JsonElement claims, string name)
    {
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        if (claims.TryGetProperty(name, out var value))
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!.Split(' ').Append(value.GetString()!),
                JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString()!)],
                _ => [],
            };
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && claims.TryGetProperty(name[..dot], out var inner) ? ValuesOf(inner, name[(dot + 1)..]) : [];
    }
}
