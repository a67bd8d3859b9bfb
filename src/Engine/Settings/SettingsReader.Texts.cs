using HealthAgent.Yaml;

namespace HealthAgent.Settings;

// Texts under a key: single, in lists, and those that may not be shown.
public sealed partial class SettingsReader
{
    /// <summary>A text, with substitutions made; null when not written.</summary>
    internal string? Text(string key) => Find(key) is { } node ? ReadScalar(node, key) : null;

    /// <summary>A text that must be written and not be empty; empty, with an error, when it is not.</summary>
    internal string RequiredText(string key)
    {
        var node = Find(key);
        var text = node is null ? null : ReadScalar(node, key);
        if (node is null || text?.Length == 0)
        {
            Reject(key, $"'{key}' is required");
        }

        return text ?? "";
    }

    /// <summary>A list of texts; a single text is a list of one. Empty when not written.</summary>
    internal IReadOnlyList<LocatedText> Texts(string key)
    {
        var node = Find(key);
        var items = node is YamlList list ? list.Items : node is null ? [] : [node];
        var texts = new List<LocatedText>(items.Count);
        foreach (var item in items)
        {
            if (ReadParts(item, key) is { } parts && Compose(parts, item.Where, key) is { } text)
            {
                texts.Add(new LocatedText(item.Where, text) { Captured = parts.LastOrDefault(static part => part.Value is not null) });
            }
        }

        return texts;
    }

    /// <summary>
    /// The text of a file that a setting names, which is from now on one of the files of the configuration; a relative path is relative to
    /// the folder of the configuration.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="error">What is wrong with it, naming the file.</param>
    internal string? ReadFile(string path, out string? error) => _substitution.ReadFile(path, out error);

    /// <summary>A text that no surface may ever show.</summary>
    internal string? Secret(string key)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        _confidential.AddCredential(node);
        var secret = ReadScalar(node, key, isSecret: true);
        _confidential.AddSecret(secret);
        return secret;
    }

    /// <summary>
    /// Marks a part of a setting, such as the password in a connection string, as never to be shown; it is a credential, too.
    /// </summary>
    /// <param name="secret">The part; null and empty are ignored.</param>
    public void AddSecret(string? secret)
    {
        _confidential.AddSecret(secret);
        AddCredential(secret);
    }

    /// <summary>Marks a part of a setting that may be shown, such as the user in a connection string, as one of the credentials.</summary>
    internal void AddCredential(string? part) => _confidential.AddCredential(part);

    private string? ReadScalar(YamlNode node, string key, bool isSecret = false) =>
        ReadParts(node, key, isSecret) is { } parts ? Compose(parts, node.Where, key) : null;

    private List<CapturedPart>? ReadParts(YamlNode node, string key, bool isSecret = false)
    {
        if (node is not YamlScalar scalar)
        {
            _errors.Add(node.Where, PathOf(key), $"a single value is expected here, not a {(node is YamlList ? "list" : "mapping")}");
            return null;
        }

        return Substituted(scalar, key, isSecret) is { } parts ? FindAll(parts, scalar.Where, key) : null;
    }

    private IReadOnlyList<TextPart>? Substituted(YamlScalar scalar, string key, bool isSecret)
    {
        if (_isBound && _resolved!.TryGetValue(scalar, out var known))
        {
            return known;
        }

        var parts = _substitution.Read(scalar.Value, out var error, replacement =>
        {
            if (isSecret || replacement.IsSecret)
            {
                _confidential.AddSecret(replacement.Text);
            }

            return replacement.Text;
        });
        if (error is not null)
        {
            _errors.Add(scalar.Where, PathOf(key), error);
        }
        else if (_resolved is not null && !_isBound)
        {
            _resolved[scalar] = parts!;
        }

        return parts;
    }
}
