using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HealthAgent.Yaml;

/// <summary>The extent of a node with its aliases expanded: size in characters, and levels below it.</summary>
internal readonly record struct YamlExtent(long Size, int Height);

/// <summary>
/// Limits what a file may expand to: a few hundred bytes of nested aliases are billions of values to anyone who walks them. Nodes are
/// counted as well: three bytes may be a mapping, which takes fifty times that.
/// </summary>
internal sealed class YamlBudget
{
    /// <summary>The deepest level, with aliases expanded.</summary>
    public const int DeepestNesting = 64;

    /// <summary>How much aliases and merge keys may repeat: ten thousand checks sharing fifty settings stay below.</summary>
    public const int MostRepeated = 64 * 1024 * 1024;

    /// <summary>Maximum number of lists and mappings, which take 100 to 200 bytes each: 25 for each of 10,000 checks.</summary>
    public const int MostCollections = 250_000;

    /// <summary>
    /// Maximum number of values, keys included, which the parser reads in a second: 10,000 checks with fifty settings each, or 50,000
    /// with ten.
    /// </summary>
    public const int MostValues = 1_000_000;

    private const string Hint = "in the file up to here; an agent is made for 10,000 checks: split the file among several agents";

    // The overhead of a value beside its text.
    private const int SizeOfValue = 32;

    private long _size;
    private long _repeated;
    private int _deepest;
    private int _values;
    private int _collections;

    /// <summary>Whether the file was rejected for its size; it may be valid otherwise.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>Begins a node; pass the result to <see cref="Leave"/>.</summary>
    /// <exception cref="YamlException">The nesting or the number of nodes exceeds a limit.</exception>
    public YamlExtent Enter(int depth, ParsingEvent at)
    {
        var outer = new YamlExtent(_size, _deepest);
        _deepest = depth;
        CheckDepth(depth, at);
        if (++_values > MostValues)
        {
            throw Exceeded(at.Start, $"more than {MostValues:N0} values {Hint}");
        }

        if (at is not Scalar && ++_collections > MostCollections)
        {
            throw Exceeded(at.Start, $"more than {MostCollections:N0} lists and mappings {Hint}");
        }

        return outer;
    }

    /// <summary>Adds a value.</summary>
    public void Add(int length) => _size += SizeOfValue + length;

    /// <summary>Ends a node and returns its extent.</summary>
    public YamlExtent Leave(YamlExtent outer, int depth)
    {
        var extent = new YamlExtent(_size - outer.Size, _deepest - depth);
        _deepest = Math.Max(_deepest, outer.Height);
        return extent;
    }

    /// <summary>Adds the extent of a node repeated by an alias.</summary>
    /// <exception cref="YamlException">Too much is repeated, or nested too deep.</exception>
    public void Repeat(YamlExtent extent, int depth, ParsingEvent at)
    {
        _deepest = Math.Max(_deepest, depth + extent.Height);
        CheckDepth(_deepest, at);
        _size += extent.Size;
        Charge(extent.Size, at.Start);
    }

    /// <summary>Adds the entries copied by a merge key.</summary>
    /// <exception cref="YamlException">Too much is repeated.</exception>
    public void Merge(int entries, Mark at) => Charge((long)entries * SizeOfValue, at);

    private void CheckDepth(int depth, ParsingEvent at)
    {
        if (depth > DeepestNesting)
        {
            throw Exceeded(at.Start, $"nested deeper than {DeepestNesting} levels");
        }
    }

    private void Charge(long size, Mark at)
    {
        _repeated += size;
        if (_repeated > MostRepeated)
        {
            throw Exceeded(at, $"aliases and merge keys up to here expand to more than {Units.FormatSize(MostRepeated)}");
        }
    }

    private YamlException Exceeded(Mark at, string message)
    {
        IsExceeded = true;
        return new YamlException(at, at, message);
    }
}
