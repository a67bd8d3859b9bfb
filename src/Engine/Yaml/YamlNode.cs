namespace HealthAgent.Yaml;

/// <summary>A piece of YAML with its place in the file.</summary>
internal abstract record YamlNode(Location Where);

/// <summary>A plain or quoted value. A plain empty value, <c>~</c> or <c>null</c>, is a null.</summary>
internal sealed record YamlScalar(Location Where, string Value, bool IsPlain) : YamlNode(Where)
{
    /// <summary>Whether it stands for "nothing written".</summary>
    public bool IsNull => IsPlain && Value is "" or "~" or "null";
}

/// <summary>A list.</summary>
internal sealed record YamlList(Location Where, IReadOnlyList<YamlNode> Items) : YamlNode(Where);

/// <summary>A mapping; each key with its own place, in the order written.</summary>
internal sealed record YamlMap(Location Where, IReadOnlyDictionary<string, YamlEntry> Entries) : YamlNode(Where);

/// <summary>A key's place and its value.</summary>
internal sealed record YamlEntry(Location KeyWhere, YamlNode Value);
