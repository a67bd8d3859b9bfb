using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Scenarios;

/// <summary>A scenario, planned.</summary>
/// <param name="Steps">The steps, in order; at least one.</param>
/// <param name="Cleanup">What is run afterwards, whatever happened.</param>
internal sealed record ScenarioPlan(IReadOnlyList<ScenarioStep> Steps, IReadOnlyList<ScenarioStep> Cleanup);

/// <summary>A step, planned once; one that refers to what others captured is planned again when a run has come to it.</summary>
internal sealed record ScenarioStep
{
    /// <summary>The name, unique in the scenario.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it stands under <c>cleanup</c>.</summary>
    public required bool IsCleanup { get; init; }

    /// <summary>The check; of a step with references, with sample values in their places.</summary>
    public required CheckPlan Plan { get; init; }

    /// <summary>What it keeps for later steps.</summary>
    public required IReadOnlyList<Capture> Captures { get; init; }

    /// <summary>Whether and how it is retried.</summary>
    public required StepRetry? Retry { get; init; }

    /// <summary>What a fail of it does to the scenario.</summary>
    public Impact Impact { get; init; }

    /// <summary>What it needs of earlier steps.</summary>
    public required IReadOnlyCollection<StepReference> References { get; init; }

    /// <summary>Plans it with captured values; what is wrong is noted.</summary>
    public required Func<FindCaptured, ConfigurationErrors, BoundStep> Bind { get; init; }

    /// <summary>The kind.</summary>
    public CheckKind Kind => Plan.Kind;
}

/// <summary>A step with captured values in it.</summary>
/// <param name="Plan">The check.</param>
/// <param name="Secrets">What must not be shown of it.</param>
internal sealed record BoundStep(CheckPlan Plan, IReadOnlyCollection<string> Secrets);
