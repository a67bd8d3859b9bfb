namespace HealthAgent.Security;

/// <summary>
/// Takes secrets out of texts that came from elsewhere: messages of drivers, answers of peers.
/// It stands where an outcome's texts are born, so that no surface can forget it.
/// </summary>
internal sealed class Redactor(IEnumerable<string> secrets)
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "***";

    // Shorter ones would tear holes into ordinary words and hide nothing.
    private const int ShortestSecret = 3;

    // The longest first: a secret that contains another must go whole.
    private readonly string[] _secrets =
        [.. secrets.Where(secret => secret.Length >= ShortestSecret).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];

    /// <summary>Whether there is nothing to take out.</summary>
    public bool IsEmpty => _secrets.Length == 0;

    /// <summary>The text without secrets.</summary>
    public string Redact(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }
}
