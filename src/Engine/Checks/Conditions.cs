using HealthAgent.Expectations;

namespace HealthAgent.Checks;

/// <summary>The conditions of one check.</summary>
public sealed class Conditions
{
    internal Conditions(IReadOnlyList<Condition> expect, IReadOnlyList<Condition> warn) => (Expect, Warn) = (expect, warn);

    /// <summary>A miss is a fail.</summary>
    internal IReadOnlyList<Condition> Expect { get; }

    /// <summary>A hit is a warn.</summary>
    internal IReadOnlyList<Condition> Warn { get; }

    /// <summary>What a step of a scenario captures, which is observed as what conditions speak of.</summary>
    internal IReadOnlyList<Operand> Captured { get; init; } = [];

    /// <summary>Whether any condition refers to a value; one that is costly is observed only then.</summary>
    /// <param name="value">The name of a declared value.</param>
    /// <returns>Whether one does.</returns>
    public bool Use(string value) =>
        Expect.Concat(Warn).Any(condition => condition.Uses(value)) || Captured.Any(operand => operand.Value.Name == value);

    /// <summary>What conditions look at of a JSON value.</summary>
    internal IReadOnlyList<JsonUse> JsonUses(string value) =>
    [
        .. Expect.Concat(Warn).SelectMany(static condition => new[] { condition.Left, condition.Right })
            .OfType<Operand>().Concat(Captured).Where(operand => operand.Value.Name == value && operand.Path is not null)
            .Select(static operand => new JsonUse(operand.Path!, operand.IsLength)),
    ];
}
