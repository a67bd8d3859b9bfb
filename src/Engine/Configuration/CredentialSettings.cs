using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of one token, and of one client certificate.</summary>
internal static class CredentialSettings
{
    // 16 characters of hexadecimal digits are 64 bits: at ten guesses a minute and address, enough for all the addresses there are.
    private const int ShortestToken = 16, LongestToken = 1024, FewestCharacters = 6;

    private const string TokenRemedy = "make one with: openssl rand -hex 32";

    private static readonly Setting<string> Name =
        Setting.RequiredText("name", "who it stands for, as audit events name the caller; unique");

    private static readonly Setting<Role?> GivenRole =
        Setting.OneOf("role", "what it gives: `viewer` sees details, `operator` may act as well", AccessWords.Roles).With(isRequired: true);

    private static readonly Setting<string?> Token =
        Setting.Secret("token", "the token, of at least 16 characters, such as `${file:/run/secrets/viewer}`; this or `sha256`");

    private static readonly Setting<string?> Sha256 =
        Setting.Text("sha256", "the SHA-256 of the token in hexadecimal digits, as `printf %s TOKEN | sha256sum` prints it");

    private static readonly Setting<string> Subject = Setting.RequiredText(
        "subject", "the whole subject of the certificate, such as `CN=ops,O=Shop`, as `openssl x509 -nameopt RFC2253` prints it");

    /// <summary>Those of a token.</summary>
    public static readonly IReadOnlyList<Setting> OfTokens = [Name, GivenRole, Token, Sha256];

    /// <summary>Those of a client certificate.</summary>
    public static readonly IReadOnlyList<Setting> OfCertificates = [Name, GivenRole, Subject];

    /// <summary>Reads a token; its hash is empty where what is written is wrong.</summary>
    public static AccessToken ReadToken(SettingsReader settings)
    {
        var (name, role) = ReadHead(settings);
        if (settings.Has(Token) == settings.Has(Sha256))
        {
            settings.Reject(settings.Has(Token) ? Sha256.Name : "", $"a token has either 'token' or 'sha256'; {TokenRemedy}");
        }

        var hash = settings.Get(Token) is { } token ? Hash(settings, token)
            : settings.Get(Sha256) is { } given ? Given(settings, given)
            : [];
        return new AccessToken(name, role, hash);
    }

    /// <summary>Reads a client certificate.</summary>
    public static AccessCertificate ReadCertificate(SettingsReader settings)
    {
        var (name, role) = ReadHead(settings);
        var written = settings.Get(Subject);
        try
        {
            return new AccessCertificate(name, role, new X500DistinguishedName(written));
        }
        catch (CryptographicException)
        {
            settings.Reject(
                Subject, $"'{written}' is not a distinguished name; write what 'openssl x509 -noout -subject -nameopt RFC2253' prints");
            return new AccessCertificate(name, role, new X500DistinguishedName(""));
        }
    }

    private static (string Name, Role Role) ReadHead(SettingsReader settings)
    {
        var name = settings.Get(Name);
        CheckName.RejectBad(settings, Name, name);
        if (settings.Get(GivenRole) is { } role)
        {
            return (name, role);
        }

        if (!settings.Has(GivenRole))
        {
            settings.Reject(GivenRole, $"'{GivenRole.Name}' is required: viewer or operator");
        }

        return (name, Role.Anonymous);
    }

    private static byte[] Hash(SettingsReader settings, string token)
    {
        var error = token.Length switch
        {
            0 => "the token is empty",
            < ShortestToken => $"the token is too short; at least {ShortestToken} characters",
            > LongestToken => $"the token is too long; at most {LongestToken} characters",
            _ when !token.All(static unit => char.IsAsciiLetterOrDigit(unit) || "-._~+/=".Contains(unit, StringComparison.Ordinal)) =>
                "the token has characters that 'Authorization: Bearer' cannot carry; letters, digits and - . _ ~ + / = are allowed",
            _ when token.Distinct().Count() < FewestCharacters => "the token is easily guessed",
            _ => null,
        };
        if (error is null)
        {
            return SHA256.HashData(Encoding.ASCII.GetBytes(token));
        }

        settings.Reject(Token, $"{error}; {TokenRemedy}");
        return [];
    }

    private static byte[] Given(SettingsReader settings, string digits)
    {
        if (digits.Length == 2 * SHA256.HashSizeInBytes && digits.All(char.IsAsciiHexDigit))
        {
            var hash = Convert.FromHexString(digits);
            if (!hash.AsSpan().SequenceEqual(SHA256.HashData([])))
            {
                return hash;
            }

            settings.Reject(Sha256, $"this is the SHA-256 of nothing; {TokenRemedy}");
            return [];
        }

        settings.Reject(Sha256, "a SHA-256 has 64 hexadecimal digits; write what 'printf %s TOKEN | sha256sum' prints");
        return [];
    }
}
