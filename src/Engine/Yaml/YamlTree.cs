using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HealthAgent.Yaml;

/// <summary>
/// Reads YAML into nodes with positions, using YamlDotNet's parser: its deserializer needs reflection and drops positions. Aliases and
/// merge keys (<c>&lt;&lt;</c>) are supported within <see cref="YamlBudget"/>; a duplicate key is an error.
/// </summary>
internal sealed class YamlTree
{
    private readonly Dictionary<AnchorName, (YamlNode Node, YamlExtent Extent)> _anchors = [];
    private readonly YamlBudget _budget = new();
    private readonly ConfigurationErrors _errors;
    private readonly Parser _parser;

    private YamlTree(string text, ConfigurationErrors errors)
    {
        _errors = errors;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a whole file; null with an error added if it is not YAML. An empty file is an empty mapping.</summary>
    public static YamlMap? Read(string text, ConfigurationErrors errors)
    {
        if (text.IndexOf('\0', StringComparison.Ordinal) is var zero and >= 0)
        {
            // The parser takes NUL for the end of the file and would silently ignore the rest.
            errors.Add(Location.In(text, zero), "", "invalid YAML: NUL character; the file is damaged or not UTF-8");
            return null;
        }

        var tree = new YamlTree(text, errors);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException e)
        {
            var message = tree._budget.IsExceeded ? e.Message : $"invalid YAML: {e.Message}";
            errors.Add(YamlMistakes.TabIn(text, e) ?? At(e.Start), "", message);
        }
        catch (InvalidOperationException)
        {
            // Thrown when a bracket stays open across a line that starts a new key.
            errors.Add(tree.Behind(), "", "invalid YAML: unclosed bracket or brace after this position");
        }
        catch (ArgumentException)
        {
            // Thrown for a tag with invalid characters.
            errors.Add(tree.Behind(), "", "invalid YAML: malformed tag (!…) after this position");
        }

        return null;
    }

    private YamlMap? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return Empty(new Location(1, 1));
        }

        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            _errors.Add(At(second.Start), "", "second YAML document; the configuration must be a single document");
        }

        switch (root)
        {
            case YamlMap map:
                return map;
            case YamlScalar { IsNull: true } nothing:
                return Empty(nothing.Where);
            default:
                _errors.Add(root.Where, "", "the file must be a mapping, `key: value`");
                return null;
        }
    }

    private YamlNode ReadNode(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value, out var known))
            {
                throw new YamlException(alias.Start, alias.End, $"the anchor '{alias.Value}' is not defined above");
            }

            _budget.Repeat(known.Extent, depth, alias);
            return known.Node;
        }

        var outer = _budget.Enter(depth, _parser.Current!);
        if (_parser.Current is not NodeEvent start)
        {
            // With broken files, the parser may end a mapping between a key and its value.
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, "missing value");
        }

        YamlNode node = start switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(depth),
            _ => ReadMap(depth),
        };
        var extent = _budget.Leave(outer, depth);
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = (node, extent);
        }

        return node;
    }

    private YamlScalar ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        _budget.Add(scalar.Value.Length);
        return new YamlScalar(At(scalar.Start), scalar.Value, scalar.Style is ScalarStyle.Plain);
    }

    private YamlList ReadList(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        _budget.Add(0);
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlList(At(start.Start), items);
    }

    private YamlMap ReadMap(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        _budget.Add(0);
        var entries = new OrderedDictionary<string, YamlEntry>(StringComparer.Ordinal);
        var merged = new List<(YamlNode Sources, Mark At)>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = _parser.Current!.Start;
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar { Value: var name })
            {
                _errors.Add(key.Where, "", "a key must be a plain word");
            }
            else if (name == "<<")
            {
                merged.Add((value, at));
            }
            else if (!entries.TryAdd(name, new YamlEntry(key.Where, value)))
            {
                _errors.Add(key.Where, name, $"duplicate key; first on line {entries[name].KeyWhere.Line}");
            }
        }

        foreach (var (sources, at) in merged)
        {
            foreach (var source in sources is YamlList list ? list.Items : [sources])
            {
                Merge(source, entries, at);
            }
        }

        return new YamlMap(At(start.Start), entries);
    }

    private void Merge(YamlNode source, OrderedDictionary<string, YamlEntry> entries, Mark at)
    {
        if (source is not YamlMap map)
        {
            _errors.Add(source.Where, "<<", "only mappings can be merged");
            return;
        }

        _budget.Merge(map.Entries.Count, at);
        foreach (var (name, entry) in map.Entries)
        {
            entries.TryAdd(name, entry);
        }
    }

    /// <summary>The end of what was parsed last.</summary>
    private Location Behind() => At(_parser.Current?.End ?? Mark.Empty);

    private static YamlMap Empty(Location where) => new(where, new Dictionary<string, YamlEntry>(StringComparer.Ordinal));

    private static Location At(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
