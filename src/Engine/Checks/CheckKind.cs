using HealthAgent.Expectations;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks;

/// <summary>Makes a check when its schedule starts; it lives until its configuration changes or the agent stops, and is then disposed if it can be.</summary>
/// <param name="services">The application's services; the check may ask them for what it needs, such as <see cref="TimeProvider"/>.</param>
/// <returns>The check. Its runs never overlap. An exception of the factory is a failed run.</returns>
public delegate IHealthCheck CheckFactory(IServiceProvider services);

/// <summary>
/// A kind of check: what may be written for it, what it observes, and how it is made. Each kind is one file with one
/// of these and the <see cref="IHealthCheck"/> itself.
/// </summary>
public sealed partial record CheckKind
{
    internal CheckKind()
    {
    }

    /// <summary>How long a run took, which every kind observes.</summary>
    internal static readonly ObservedValue Latency = new("latency", ObservedType.Duration, "how long the run took");

    private readonly IReadOnlyList<ObservedValue> _values = [Latency];

    /// <summary>The name in <c>kind:</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence on what a pass proves.</summary>
    public required string Description { get; init; }

    /// <summary>The tier of checks that name none.</summary>
    public required Tier DefaultTier { get; init; }

    /// <summary>What conditions may speak of; <see cref="Latency"/> is always among it.</summary>
    internal IReadOnlyList<ObservedValue> Values
    {
        get => _values;
        init => _values = [Latency, .. value];
    }

    /// <summary>How many phases a run of this kind may have, each of which becomes a series.</summary>
    internal int MostPhases => _values.Count(value => value.IsPhase);

    /// <summary>How many numbers beside its phases a check of this kind may observe, each of which becomes a series.</summary>
    internal int MostNumbers { get => field > 0 ? field : _values.Count - MostPhases; init; }

    /// <summary>Whether a value of this kind is the length of a phase.</summary>
    internal bool IsPhase(string value) => _values.Any(known => known.IsPhase && known.Name == value);

    /// <summary>Expectations of what is observed that hold unless the operator writes some about the same value.</summary>
    internal IReadOnlyList<string> DefaultExpect { get; init; } = [];

    /// <summary>Warnings that hold unless the operator writes some about the same value.</summary>
    internal IReadOnlyList<string> DefaultWarn { get; init; } = [];

    /// <summary>
    /// Reads the kind's own settings and returns what makes the check. It notes what is wrong and goes on; it must not
    /// throw, and what it returns is used only when nothing was wrong.
    /// </summary>
    internal Func<SettingsReader, Conditions, CheckFactory> Read { get; init; } = static (_, _) => throw new NotSupportedException("the kind has no settings");

    /// <summary>Tells the meaning of the driver's own exceptions; null for those that it leaves to the common rules.</summary>
    internal Func<Exception, ErrorType?> Classify { get; init; } = static _ => null;
}

/// <summary>The conditions of one check.</summary>
/// <param name="Expect">A miss is a fail.</param>
/// <param name="Warn">A hit is a warn.</param>
internal sealed record Conditions(IReadOnlyList<Condition> Expect, IReadOnlyList<Condition> Warn)
{
    /// <summary>Whether any condition speaks of a value: one that costs something is observed only then.</summary>
    public bool Use(string value) => Expect.Concat(Warn).Any(condition => condition.Uses(value));

    /// <summary>What conditions look at of a JSON value.</summary>
    public IReadOnlyList<JsonUse> JsonUses(string value) =>
    [
        .. Expect.Concat(Warn).SelectMany(static condition => new[] { condition.Left, condition.Right })
            .OfType<Operand>().Where(operand => operand.Value.Name == value && operand.Path is not null)
            .Select(static operand => new JsonUse(operand.Path!, operand.IsLength)),
    ];
}
