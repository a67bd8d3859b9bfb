namespace HealthAgent.Yaml;

/// <summary>A YAML node with its position in the file.</summary>
internal abstract record YamlNode(Location Where);

/// <summary>A plain or quoted scalar. A plain empty value, <c>~</c> or <c>null</c> is null.</summary>
internal sealed record YamlScalar(Location Where, string Value, bool IsPlain) : YamlNode(Where)
{
    /// <summary>Whether it is null.</summary>
    public bool IsNull => IsPlain && Value is "" or "~" or "null";

    /// <summary>A plain one that stands in no file.</summary>
    public static YamlScalar Plain(string value) => new(default, value, IsPlain: true);

    /// <summary>A quoted one that stands in no file, which is a text whatever it looks like.</summary>
    public static YamlScalar Quoted(string value) => new(default, value, IsPlain: false);
}

/// <summary>A list.</summary>
internal sealed record YamlList(Location Where, IReadOnlyList<YamlNode> Items) : YamlNode(Where);

/// <summary>A mapping in file order, with the position of each key.</summary>
internal sealed record YamlMap(Location Where, IReadOnlyDictionary<string, YamlEntry> Entries) : YamlNode(Where);

/// <summary>A key's place and its value.</summary>
internal sealed record YamlEntry(Location KeyWhere, YamlNode Value)
{
    /// <summary>One that stands in no file.</summary>
    public static YamlEntry Of(YamlNode value) => new(default, value);
}
