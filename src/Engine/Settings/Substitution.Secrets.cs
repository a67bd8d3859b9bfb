using System.Text.RegularExpressions;

namespace HealthAgent.Settings;

// Which environment variables hold secrets, by their names.
internal sealed partial class Substitution
{
    /// <summary>Whether the name of a variable says that it holds a secret, and not where one is or whose it is.</summary>
    internal static bool SaysSecret(string name) =>
        SecretName().IsMatch(name) && !PlaceName().IsMatch(name) && name is not ("PWD" or "OLDPWD");

    [GeneratedRegex(@"(PASSWORD|PASSWD|PASSPHRASE|PWD|(^|_)PASS|TOKEN|SECRET|KEY|CREDENTIAL|SIGNATURE)S?(_|\d|$)|(^|_)AUTH$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex("_(HOST|PORT|ADDR|ADDRESS|URL|URI|FILE|PATH|DIR|DIRECTORY|NAME|ID|USER|USERNAME|TYPE)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlaceName();
}
