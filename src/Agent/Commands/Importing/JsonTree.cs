using System.Text;
using System.Text.Json;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Reads JSON into nodes with positions, as <see cref="YamlTree"/> reads YAML.</summary>
internal ref struct JsonTree
{
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _json;
    private long _counted;
    private long _lineStart;
    private int _line;

    private JsonTree(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = YamlBudget.DeepestNesting });
        _line = 1;
    }

    /// <summary>Reads a whole file; null with an error added if it is not a JSON object.</summary>
    public static YamlMap? Read(string text, ConfigurationErrors errors)
    {
        try
        {
            var tree = new JsonTree(Encoding.UTF8.GetBytes(text));
            tree._json.Read();
            var root = tree.ReadNode();
            tree._json.Read();
            if (root is not YamlMap map)
            {
                errors.Add(root.Where, "", "a JSON object is expected");
                return null;
            }

            return map;
        }
        catch (JsonException e)
        {
            var where = new Location((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            errors.Add(where, "", "invalid JSON" + (e.Message.Contains("depth", StringComparison.Ordinal)
                ? $": nested deeper than {YamlBudget.DeepestNesting} levels" : ""));
            return null;
        }
    }

    private YamlNode ReadNode()
    {
        var where = Here();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(where);
            case JsonTokenType.StartArray:
                var items = new List<YamlNode>();
                while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadNode());
                }

                return new YamlList(where, items);
            case JsonTokenType.String:
                return new YamlScalar(where, TextOf(_json), IsPlain: false);
            default:
                return new YamlScalar(where, Encoding.UTF8.GetString(_json.ValueSpan), IsPlain: true);
        }
    }

    private YamlMap ReadObject(Location where)
    {
        var entries = new OrderedDictionary<string, YamlEntry>(StringComparer.Ordinal);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var (at, name) = (Here(), TextOf(_json));
            _json.Read();
            entries[name] = new YamlEntry(at, ReadNode());
        }

        return new YamlMap(where, entries);
    }

    /// <summary>The text; half a surrogate pair, which is none, as U+FFFD.</summary>
    private static string TextOf(Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>Where the token starts.</summary>
    private Location Here()
    {
        var start = _json.TokenStartIndex;
        foreach (var unit in _bytes[(int)_counted..(int)start])
        {
            _counted++;
            if (unit == '\n')
            {
                (_line, _lineStart) = (_line + 1, _counted);
            }
        }

        return new Location(_line, (int)(start - _lineStart) + 1);
    }
}
