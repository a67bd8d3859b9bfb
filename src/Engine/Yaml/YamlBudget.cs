using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HealthAgent.Yaml;

/// <summary>What a node holds once its aliases are written out: its size in characters, and how many levels lie below it.</summary>
internal readonly record struct YamlExtent(long Size, int Height);

/// <summary>
/// Bounds what a file can unfold to: a few hundred bytes of aliases of aliases are values without end to everyone who walks through
/// them. What is written once is counted: three bytes may be a mapping, which takes fifty times that.
/// </summary>
internal sealed class YamlBudget
{
    /// <summary>The deepest level, with all aliases written out.</summary>
    public const int DeepestNesting = 64;

    /// <summary>How much aliases and merge keys may repeat: ten thousand checks that share fifty settings stay below.</summary>
    public const int MostRepeated = 64 * 1024 * 1024;

    /// <summary>
    /// How many lists and mappings a file may have, each of which takes 100 to 200 bytes however short it is written: ten for each of 100,000
    /// checks.
    /// </summary>
    public const int MostCollections = 1_000_000;

    /// <summary>How many values a file may have in all, keys among them: 100,000 checks of twenty settings have 4.1 million.</summary>
    public const int MostValues = 5_000_000;

    // What a value costs beside its text, whoever holds it.
    private const int SizeOfValue = 32;

    private long _size;
    private long _repeated;
    private int _deepest;
    private int _values;
    private int _collections;

    /// <summary>Whether the file was given up for its size, as it may be valid otherwise.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>Begins a node; what it returns is for <see cref="Leave"/>.</summary>
    /// <exception cref="YamlException">It lies too deep, or is one too many.</exception>
    public YamlExtent Enter(int depth, ParsingEvent at)
    {
        var outer = new YamlExtent(_size, _deepest);
        _deepest = depth;
        CheckDepth(depth, at);
        if (++_values > MostValues)
        {
            throw Exceeded(at.Start, $"more than {MostValues:N0} values stand in the file up to here");
        }

        if (at is not Scalar && ++_collections > MostCollections)
        {
            throw Exceeded(at.Start, $"more than {MostCollections:N0} lists and mappings stand in the file up to here");
        }

        return outer;
    }

    /// <summary>Adds a value that is written.</summary>
    public void Add(int length) => _size += SizeOfValue + length;

    /// <summary>Ends a node, and tells its extent.</summary>
    public YamlExtent Leave(YamlExtent outer, int depth)
    {
        var extent = new YamlExtent(_size - outer.Size, _deepest - depth);
        _deepest = Math.Max(_deepest, outer.Height);
        return extent;
    }

    /// <summary>Adds a node again, at an alias.</summary>
    /// <exception cref="YamlException">Too much is repeated, or it reaches too deep.</exception>
    public void Repeat(YamlExtent extent, int depth, ParsingEvent at)
    {
        _deepest = Math.Max(_deepest, depth + extent.Height);
        CheckDepth(_deepest, at);
        _size += extent.Size;
        Charge(extent.Size, at.Start);
    }

    /// <summary>Adds the entries that a merge key copies.</summary>
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
            throw Exceeded(at, $"the aliases and merge keys up to here repeat more than {Units.FormatSize(MostRepeated)} of values");
        }
    }

    private YamlException Exceeded(Mark at, string message)
    {
        IsExceeded = true;
        return new YamlException(at, at, message);
    }
}
