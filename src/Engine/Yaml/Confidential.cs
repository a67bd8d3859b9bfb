namespace HealthAgent.Yaml;

/// <summary>
/// What the readers of one check found that no surface may show, and what of the settings are credentials. The two differ: a
/// secret file may hold a whole connection string, of which only user and password are credentials, and a user may be shown.
/// </summary>
/// <param name="outer">What encloses the check: it knows all of this, too.</param>
internal sealed class Confidential(Confidential? outer = null)
{
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _credentials = new(StringComparer.Ordinal);
    private readonly HashSet<YamlNode> _nodes = new(ReferenceEqualityComparer.Instance);

    /// <summary>What must not be shown.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>The parts of settings that are credentials.</summary>
    public IReadOnlyCollection<string> Credentials => _credentials;

    /// <summary>Notes a secret.</summary>
    public void Conceal(string? secret)
    {
        if (!string.IsNullOrEmpty(secret))
        {
            _secrets.Add(secret);
            outer?.Conceal(secret);
        }
    }

    /// <summary>Notes a credential within a setting.</summary>
    public void AddCredential(string? part)
    {
        if (!string.IsNullOrEmpty(part))
        {
            _credentials.Add(part);
            outer?.AddCredential(part);
        }
    }

    /// <summary>Notes a setting that is a credential as a whole.</summary>
    public void AddCredential(YamlNode setting)
    {
        _nodes.Add(setting);
        outer?.AddCredential(setting);
    }

    /// <summary>Whether a setting is a credential as a whole.</summary>
    public bool IsCredential(YamlNode setting) => _nodes.Contains(setting);
}
