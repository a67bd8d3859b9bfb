using HealthAgent.Expectations;

namespace HealthAgent.Checks;

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
