namespace HealthAgent.Yaml;

/// <summary>
/// The secrets and credentials found while reading one check. They differ: a secret file may hold a whole connection string, of which only
/// user and password are credentials; and a user name may be shown.
/// </summary>
/// <param name="outer">The enclosing scope, which receives everything found here.</param>
internal sealed class Confidential(Confidential? outer = null)
{
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _credentials = new(StringComparer.Ordinal);
    private readonly HashSet<YamlNode> _nodes = new(ReferenceEqualityComparer.Instance);

    /// <summary>Values that no surface may show.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>The parts of settings that are credentials.</summary>
    public IReadOnlyCollection<string> Credentials => _credentials;

    /// <summary>Adds a secret.</summary>
    public void AddSecret(string? secret)
    {
        if (!string.IsNullOrEmpty(secret))
        {
            _secrets.Add(secret);
            outer?.AddSecret(secret);
        }
    }

    /// <summary>Adds a credential that is part of a setting.</summary>
    public void AddCredential(string? part)
    {
        if (!string.IsNullOrEmpty(part))
        {
            _credentials.Add(part);
            outer?.AddCredential(part);
        }
    }

    /// <summary>Marks a whole setting as a credential.</summary>
    public void AddCredential(YamlNode setting)
    {
        _nodes.Add(setting);
        outer?.AddCredential(setting);
    }

    /// <summary>Whether a setting is a credential as a whole.</summary>
    public bool IsCredential(YamlNode setting) => _nodes.Contains(setting);
}
